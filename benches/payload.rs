//! What a payload costs through the public path, beside `serde_json::to_writer` of the same sample: the goal is at most twice that. Every payload is
//! another story. `cargo bench` prints both for every shape; compare the medians.

use std::hint::black_box;

use divan::Bencher;
use systeme_hook::catalog::Catalog;
use systeme_hook::payload::{Overrides, payloads};
use systeme_hook::schema::{Schemas, parsed};
use systeme_hook::story::{Locale, Stories};

const SHAPES: &[&str] = &["sale:both", "sale:several", "optin:funnel", "optin:blog", "tag-added", "webinar", "course", "link"];

fn main() {
    divan::main();
}

#[divan::bench(args = SHAPES, sample_count = 1000, sample_size = 50)]
fn serde_json_to_writer(bencher: Bencher<'_, '_>, name: &str) {
    let catalog = Catalog::embedded().expect("the catalogue");
    let (event, shape) = catalog.find(name).expect("the event");
    let sample = parsed(name, &shape.unwrap_or(&event.shapes[0]).sample).expect("the sample");
    let mut out = Vec::with_capacity(4096);
    bencher.bench_local(|| {
        out.clear();
        serde_json::to_writer(&mut out, black_box(&sample)).expect("memory");
        black_box(out.len())
    });
}

#[divan::bench(args = SHAPES, sample_count = 1000, sample_size = 50)]
fn story_to_payload(bencher: Bencher<'_, '_>, name: &str) {
    let catalog = Catalog::embedded().expect("the catalogue");
    let schemas = Schemas::new(&catalog);
    let (event, shape) = catalog.find(name).expect("the event");
    let mut payloads = payloads(&schemas, &[(event, shape.unwrap_or(&event.shapes[0]))], &Overrides::default()).expect("the payloads");
    let stories = Stories::new(7, 1_790_000_000, Locale::mix(), Vec::new());
    let mut out = Vec::with_capacity(4096);
    let mut number = 0;
    bencher.bench_local(|| {
        out.clear();
        number += 1;
        payloads[0].write(&stories.story(number), &mut out);
        black_box(out.len())
    });
}
