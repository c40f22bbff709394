//! `events`: what there is, and what is in it.

use std::collections::HashSet;

use serde_json::Value;

use super::Exit;
use crate::catalog::{Event, Shape};
use crate::cli::Events;
use crate::error::Result;
use crate::report::{EventRow, Field, Format, Message, Output};
use crate::schema::{Schemas, parsed};

pub fn run(args: &Events, schemas: &Schemas<'_>, output: &mut Output<'_>) -> Result<Exit> {
    output.set(if args.json { Format::Json } else { Format::Text }, false);
    let catalog = schemas.catalog();
    let Some(name) = &args.event else {
        catalog.events.iter().try_for_each(|event| tell_event(event, output))?;
        output.tell(&Message::Note("systeme-hook events EVENT shows its fields"))?;
        return Ok(Exit::Ok);
    };
    let (event, shape) = catalog.find(name)?;
    if args.schema {
        output.tell(&Message::Document(&schemas.of(event)?.exported()))?;
    } else if args.sample {
        let shape = shape.unwrap_or(&event.shapes[0]);
        output.tell(&Message::Document(&parsed(&event.label(shape), &shape.sample)?))?;
    } else {
        tell_event(event, output)?;
        for field in fields(schemas, event, shape)? {
            output.tell(&Message::Field(&field))?;
        }
    }
    Ok(Exit::Ok)
}

fn tell_event(event: &Event, output: &mut Output<'_>) -> Result<()> {
    let schema = parsed(&event.name, &event.schema)?;
    let shapes = if event.shapes.len() == 1 { &[][..] } else { &event.shapes };
    output.tell(&Message::Event(&EventRow {
        name: &event.name,
        short: &event.short,
        shape_names: &event.shape_names,
        sender: event.sender.name(),
        shapes: shapes.iter().map(|shape| (shape.name.as_str(), shape.only_when_named)).collect(),
        fires: schema["description"].as_str().unwrap_or_default(),
    }))
}

/// Every place of a shape, or of all shapes: each where it is first met.
fn fields(schemas: &Schemas<'_>, event: &Event, shape: Option<&Shape>) -> Result<Vec<Field>> {
    let schema = schemas.of(event)?;
    let mut met = HashSet::new();
    let mut fields = Vec::new();
    for (at, shape) in event.shapes.iter().enumerate().filter(|(_, known)| shape.is_none_or(|shape| shape.name == known.name)) {
        let sample = parsed(&event.label(shape), &shape.sample)?;
        let first = at == 0 || fields.is_empty();
        for (pointer, note) in schema.places(&sample) {
            if pointer.is_empty() || !met.insert(pointer.clone()) {
                continue;
            }
            fields.push(Field {
                types: schema.types_at(&sample, &pointer),
                optional: schema.may_miss(&sample, &pointer),
                note,
                example: sample.pointer(&pointer).cloned().unwrap_or(Value::Null),
                shape: (!first).then(|| shape.name.clone()),
                pointer,
            });
        }
    }
    Ok(fields)
}
