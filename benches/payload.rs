//! What a whole new payload costs through the public path (story, facts, PHP encoding), beside `serde_json::to_writer` of the same sample that is in
//! memory already. The goal is at most twice that. Both are measured in turn, so that a noisy machine disturbs both; the medians and their ratio
//! are printed. `cargo bench`

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::hint::black_box;
use std::time::Instant;

use systeme_hook::catalog::Catalog;
use systeme_hook::error::Result;
use systeme_hook::payload::{Overrides, payloads};
use systeme_hook::schema::{Schemas, parsed};
use systeme_hook::story::{Locale, Stories};

const ROUNDS: usize = 101;
const EACH: u64 = 1000;

fn main() -> Result<()> {
    let catalog = Catalog::embedded()?;
    let schemas = Schemas::new(&catalog);
    let stories = Stories::new(7, 1_790_000_000, Locale::mix(), Vec::new());
    println!("{:32}{:>14}{:>14}{:>8}", "shape", "to_writer, ns", "payload, ns", "ratio");
    for event in &catalog.events {
        for shape in event.usual_shapes() {
            let sample = parsed(&event.label(shape), &shape.sample)?;
            let mut prepared = payloads(&schemas, &[(event, shape)], &Overrides::default())?;
            let mut out = Vec::with_capacity(8192);
            let (mut theirs, mut ours) = (Vec::new(), Vec::new());
            for round in 0..=ROUNDS as u64 {
                theirs.push(nanoseconds(|_| {
                    out.clear();
                    let _ = serde_json::to_writer(&mut out, black_box(&sample));
                    black_box(out.len());
                }));
                ours.push(nanoseconds(|number| {
                    out.clear();
                    prepared[0].write(&stories.story(round * EACH + number), &mut out);
                    black_box(out.len());
                }));
            }
            // The first round warms up.
            let (theirs, ours) = (median(&mut theirs[1..]), median(&mut ours[1..]));
            println!("{:32}{theirs:14.0}{ours:14.0}{:8.2}", event.label(shape), ours / theirs);
        }
    }
    Ok(())
}

fn nanoseconds(mut work: impl FnMut(u64)) -> f64 {
    let begun = Instant::now();
    (0..EACH).for_each(&mut work);
    begun.elapsed().as_secs_f64() * 1e9 / EACH as f64
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
