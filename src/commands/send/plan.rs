//! Which events a run sends, in which shapes, and in which order.

use crate::catalog::{Event, Shape};
use crate::cli::Send;
use crate::error::{Error, Result};
use crate::schema::Schemas;

/// Which shape each delivery has.
pub struct Plan<'c> {
    pub shapes: Vec<(&'c Event, &'c Shape)>,
    /// For each event that was named, its shapes, which are sent in turn.
    turns: Vec<Vec<usize>>,
    pub deliveries: u64,
}

impl<'c> Plan<'c> {
    pub fn new(args: &Send, schemas: &Schemas<'c>) -> Result<Self> {
        let catalog = schemas.catalog();
        let mut plan = Self { shapes: Vec::new(), turns: Vec::new(), deliveries: 0 };
        for name in &args.events {
            if name.eq_ignore_ascii_case("all") {
                for event in catalog.events.iter().filter(|event| args.sender.is_none_or(|sender| sender == event.sender)) {
                    event.usual_shapes().for_each(|shape| plan.add(event, [shape]));
                }
                continue;
            }
            let found = catalog.find(name)?;
            if let Some(sender) = args.sender.filter(|sender| *sender != found.0.sender) {
                return Err(Error::new(format!("{} is an event of {}", found.0.name, found.0.sender)).hint(format!("--sender {sender} leaves it out")));
            }
            match found {
                (event, Some(shape)) => plan.add(event, [shape]),
                (event, None) => plan.add(event, event.usual_shapes()),
            }
        }
        let many = plan.turns.len() as u64;
        plan.deliveries = many.checked_mul(args.count).ok_or_else(|| Error::new(format!("--count {} is out of range", args.count)))?;
        Ok(plan)
    }

    fn add(&mut self, event: &'c Event, shapes: impl IntoIterator<Item = &'c Shape>) {
        let first = self.shapes.len();
        self.shapes.extend(shapes.into_iter().map(|shape| (event, shape)));
        self.turns.push((first..self.shapes.len()).collect());
    }

    /// The shape of a delivery: the events go round, and the shapes of each.
    pub fn shape_of(&self, number: u64) -> usize {
        let many = self.turns.len() as u64;
        let turn = &self.turns[(number % many) as usize];
        turn[(number / many % turn.len() as u64) as usize]
    }
}
