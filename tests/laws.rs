//! What the data must keep to: catalogue, schemas, samples, facts and stories, each against the others.

#[path = "common/mutants.rs"]
mod mutants;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use snapbox::{assert_data_eq, file};
use systeme_hook::catalog::{Catalog, Event, Shape};
use systeme_hook::decoded::{Kind, decoded};
use systeme_hook::judgement::Judge;
use systeme_hook::payload::{Overrides, Payloads, payloads};
use systeme_hook::schema::{Schemas, Unit};
use systeme_hook::story::{Fact, Locale, Stories};

const AT: i64 = 1_790_000_000;

fn catalog() -> Catalog {
    Catalog::embedded().expect("the embedded catalogue")
}

fn shapes(catalog: &Catalog) -> Vec<(&Event, &Shape)> {
    catalog.events.iter().flat_map(|event| event.shapes.iter().map(move |shape| (event, shape))).collect()
}

fn sample(shape: &Shape) -> Value {
    serde_json::from_str(&shape.sample).expect("a sample is JSON")
}

/// Every file below a folder of the repository, by its path from the root.
fn files(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join(folder)).expect(folder) {
        let entry = entry.expect(folder);
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect(folder).is_dir() { found.extend(files(&path)) } else { found.push(path.into()) }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a readable file")
}

fn bodies(payloads: &mut Payloads<'_>, stories: &Stories, numbers: impl Iterator<Item = u64>) -> Vec<Vec<u8>> {
    let body = |number| {
        let mut out = Vec::new();
        payloads.write(&stories.story(number), &mut out);
        out
    };
    numbers.map(body).collect()
}

fn stories(seed: u64) -> Stories {
    Stories::new(seed, AT, Locale::mix(), Vec::new())
}

#[test]
fn every_file_of_the_schema_set_is_in_the_catalogue() {
    let catalog = catalog();
    assert_eq!(files("schemas").len(), catalog.events.len() + 1);
    assert_eq!(files("samples").len(), shapes(&catalog).len());
}

#[test]
fn a_sample_is_valid_for_its_own_event_and_the_matrix_is_as_reviewed() {
    let catalog = catalog();
    let schemas = Schemas::new(&catalog);
    let mut matrix =
        String::from("# Which event each sample would be valid for if its type said so: where there is but one, the shape alone tells the event.\n");
    for (event, shape) in shapes(&catalog) {
        let mut body = sample(shape);
        assert!(schemas.of(event).expect("a schema").is_valid(&body), "{} does not validate", event.label(shape));
        let mut names = Vec::new();
        for other in &catalog.events {
            body["type"] = other.name.as_str().into();
            if schemas.of(other).expect("a schema").is_valid(&body) {
                names.push(other.name.as_str());
            }
        }
        matrix += &format!("{}: {}\n", event.label(shape), names.join(" "));
    }
    assert_data_eq!(matrix, file!["golden/matrix.txt"]);
}

#[test]
fn schemas_are_valid_and_use_listed_keywords_only() {
    let keywords = "$schema $ref $defs title description type const examples properties required additionalProperties items maxItems maxLength not if then else pattern x-evidence x-fact x-unit";
    let keywords: HashSet<_> = keywords.split(' ').collect();
    fn walk(schema: &Value, keywords: &HashSet<&str>, path: &str) {
        let Value::Object(object) = schema else { panic!("{path} is no schema object") };
        for (keyword, value) in object {
            assert!(keywords.contains(keyword.as_str()), "{path}/{keyword} is not a listed keyword");
            let path = format!("{path}/{keyword}");
            match keyword.as_str() {
                "properties" | "$defs" => value.as_object().expect(&path).iter().for_each(|(name, schema)| walk(schema, keywords, &format!("{path}/{name}"))),
                "items" | "not" | "if" | "then" | "else" | "additionalProperties" => walk(value, keywords, &path),
                "x-evidence" => assert!(["documented", "wire", "reported", "inferred"].contains(&value.as_str().expect(&path)), "{path}"),
                "x-unit" => assert!(Unit::find(value.as_str().expect(&path)).is_some(), "{path}"),
                "pattern" => {
                    let pattern = value.as_str().expect(&path);
                    assert!(pattern.starts_with('^') && pattern.ends_with('$') || path.ends_with("/not/pattern"), "{path} is anchored at both ends");
                    for odd in ["\\d", "\\w", "\\s", "\\b", "(?", "\\p", "{,"] {
                        assert!(!pattern.contains(odd), "{path}: {odd} differs between validators");
                    }
                }
                _ => {}
            }
        }
    }
    for path in files("schemas") {
        let schema: Value = serde_json::from_str(&read(&path)).expect("a schema is JSON");
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{} is no draft 2020-12 schema", path.display());
        walk(&schema, &keywords, &path.display().to_string());
    }
}

#[test]
fn every_place_has_a_description_and_evidence() {
    let catalog = catalog();
    let schemas = Schemas::new(&catalog);
    for (event, shape) in shapes(&catalog) {
        for (place, note) in schemas.of(event).expect("a schema").places(&sample(shape)) {
            if !place.is_empty() {
                assert!(note.description.is_some() && note.evidence.is_some(), "{}{place} lacks a description or x-evidence", event.label(shape));
            }
        }
    }
}

#[test]
fn every_fact_has_a_place_and_a_place_has_one_fact() {
    let catalog = catalog();
    let schemas = Schemas::new(&catalog);
    let mut used = BTreeSet::new();
    for (event, shape) in shapes(&catalog) {
        let mut places = HashSet::new();
        for (place, keyword, value) in schemas.of(event).expect("a schema").annotations(&sample(shape)) {
            if keyword == "x-fact" {
                let fact = Fact::find(value.as_str().expect("a name")).unwrap_or_else(|| panic!("x-fact {value} is no fact"));
                used.insert(fact);
                assert!(places.insert(place.clone()), "{}{place} carries two facts", event.label(shape));
            }
        }
    }
    assert_eq!(used, Fact::all().collect(), "every fact is used");
}

#[test]
fn of_a_sample_nothing_is_unknown_and_amounts_are_money_in_its_own_currency() {
    let catalog = catalog();
    let schemas = Schemas::new(&catalog);
    let mut amounts = 0;
    for (event, shape) in shapes(&catalog) {
        let label = event.label(shape);
        let decoded = decoded(&sample(shape), Some(schemas.of(event).expect("a schema")), 0);
        for row in &decoded.rows {
            assert!(row.is_known, "{label}: {} is unknown", row.name);
            for value in &row.values {
                assert!(value.is_known, "{label}: {:?} of {} is unknown", value.name, row.name);
                let is_amount = value.name.as_ref().is_some_and(|name| name.contains("amount"));
                assert!(!is_amount || value.kind == Kind::Money && value.text.ends_with(" EUR"), "{label}: {value:?}");
                amounts += usize::from(is_amount);
            }
        }
        assert_eq!(decoded.more, 0, "{label} is shown whole");
    }
    assert!(amounts > 0);
}

#[test]
fn a_place_that_an_if_reads_carries_no_fact() {
    let catalog = catalog();
    let schemas = Schemas::new(&catalog);
    for (event, shape) in shapes(&catalog) {
        let schema = schemas.of(event).expect("a schema");
        let facts = |body: &Value| schema.places(body).into_iter().filter_map(|(place, note)| Some((place, note.fact?))).collect::<Vec<_>>();
        let body = sample(shape);
        let before = facts(&body);
        let mut told = body.clone();
        for payload in bodies(&mut payloads(&schemas, &[(event, shape)], &Overrides::default()).expect("payloads")[0], &stories(1), 0..20) {
            let payload: Value = serde_json::from_slice(&payload).expect("JSON");
            for (place, _) in &before {
                if let (Some(value), Some(there)) = (payload.pointer(place), told.pointer_mut(place)) {
                    *there = value.clone();
                }
            }
        }
        assert_eq!(facts(&told), before, "{}: what a story told moved a fact", event.label(shape));
    }
}

#[test]
fn a_thousand_stories_of_every_shape_in_every_locale_are_valid() {
    let catalog = catalog();
    let schemas = Schemas::new(&catalog);
    let shapes = shapes(&catalog);
    let mut payloads = payloads(&schemas, &shapes, &Overrides::default()).expect("payloads");
    let mut body = Vec::new();
    for locale in Locale::all() {
        for seed in 0..1000 {
            let stories = Stories::new(seed, AT, vec![(locale, 1)], Vec::new());
            let story = stories.story(seed % 7);
            for payload in &mut payloads {
                body.clear();
                payload.write(&story, &mut body);
                let value: Value = serde_json::from_slice(&body).expect("JSON");
                let schema = schemas.of(payload.event).expect("a schema");
                assert!(schema.is_valid(&value), "seed {seed}, {locale:?}: {} {:?}", payload.event.label(payload.shape), schema.violations(&value));
            }
        }
    }
}

#[test]
fn a_fact_has_the_same_value_throughout_a_payload_and_across_the_events_of_a_story() {
    let catalog = catalog();
    let schemas = Schemas::new(&catalog);
    let shapes = shapes(&catalog);
    let mut payloads = payloads(&schemas, &shapes, &Overrides::default()).expect("payloads");
    for seed in 0..100 {
        let stories = stories(seed);
        let mut known: BTreeMap<String, Value> = BTreeMap::new();
        for payload in &mut payloads {
            let body = bodies(payload, &stories, 3..4).remove(0);
            let body: Value = serde_json::from_slice(&body).expect("JSON");
            for (place, note) in schemas.of(payload.event).expect("a schema").places(&body) {
                // Of several in an array, each is told apart by its place; the first of a contact's tags is the one that an event is about.
                let (Some(fact), Some(value)) = (note.fact, body.pointer(&place)) else { continue };
                if !value.is_null() && !place.contains("/resources/") && !place.contains("/tags/1/") {
                    let first = known.entry(fact.clone()).or_insert_with(|| value.clone());
                    assert_eq!(first, value, "seed {seed}: {fact} at {place}");
                }
            }
        }
    }
}

#[test]
fn the_same_seed_and_clock_give_the_same_bytes_in_any_order() {
    let catalog = catalog();
    let schemas = Schemas::new(&catalog);
    for (event, shape) in shapes(&catalog) {
        let prepared = || payloads(&schemas, &[(event, shape)], &Overrides::default()).expect("payloads").remove(0);
        let forwards = bodies(&mut prepared(), &stories(42), 0..50);
        let mut backwards = bodies(&mut prepared(), &stories(42), (0..50).rev());
        backwards.reverse();
        assert_eq!(forwards, backwards, "{}", event.label(shape));
        assert_ne!(forwards, bodies(&mut prepared(), &stories(43), 0..50), "{}", event.label(shape));
    }
}

#[test]
fn ids_and_addresses_do_not_repeat_within_a_run() {
    let stories = stories(5);
    for name in ["contact.id", "contact.email", "customer.id", "order.id", "order_item.id", "sent_email.id"] {
        let fact = Fact::find(name).expect(name);
        let mut met = HashSet::new();
        for number in 0..20_000 {
            assert!(met.insert(format!("{:?}", stories.story(number).tell(fact, 0))), "{name} repeats at {number}");
        }
    }
}

/// What the story tells of a fact, as the value that stands in a payload.
fn told(bodies: &[Vec<u8>], place: &str) -> BTreeSet<String> {
    let value = |body: &Vec<u8>| serde_json::from_slice::<Value>(body).expect("JSON").pointer(place).map(Value::to_string);
    bodies.iter().map(|body| value(body).unwrap_or_else(|| "absent".to_owned())).collect()
}

#[test]
fn a_hundred_sends_look_like_traffic() {
    let catalog = catalog();
    let schemas = Schemas::new(&catalog);
    let of = |name: &str| {
        let (event, shape) = catalog.find(name).expect(name);
        let mut prepared = payloads(&schemas, &[(event, shape.unwrap_or(&event.shapes[0]))], &Overrides::default()).expect("payloads").remove(0);
        bodies(&mut prepared, &stories(9), 0..100)
    };
    let (sales, optins) = (of("sale"), of("optin"));
    for (place, at_least) in [
        ("/data/customer/fields/first_name", 40),
        ("/data/customer/fields/country", 5),
        ("/data/customer/fields/city", 15),
        ("/data/customer/fields/company_name", 5),
        ("/data/customer/fields/how_did_you_find_us", 5),
        ("/data/customer/client_ip", 50),
        ("/data/customer/payment_processor", 3),
        ("/data/offer_price_plan/name", 20),
        ("/data/offer_price_plan/direct_charge_amount", 6),
        ("/data/offer_price_plan/currency", 3),
        ("/data/order_item/resources/0/data/name", 20),
        ("/data/order_item/resources/1/data/name", 20),
    ] {
        let met = told(&sales, place);
        assert!(met.len() >= at_least, "{place} has only {met:?}");
    }
    assert!(told(&sales, "/data/customer/fields").contains("[]"), "some contacts are bare");
    for place in ["/data/contact/ip", "/data/contact/referred_by_contact_id"] {
        let met = told(&optins, place);
        assert!(met.contains("null") && met.len() > 3, "{place}: {met:?}");
    }
    let urls = told(&optins, "/data/source_url");
    assert!(urls.contains("absent") && urls.iter().any(|url| url.contains("utm_source")), "{urls:?}");
}

#[test]
fn a_person_is_of_one_country_and_the_address_is_made_from_the_name() {
    let prefixes = [("FR", "33"), ("BE", "32"), ("US", "1"), ("GB", "44"), ("ES", "34"), ("MX", "52"), ("BR", "55"), ("IT", "39"), ("DE", "49"), ("AT", "43")];
    let fact = |name| Fact::find(name).expect(name);
    let stories = stories(3);
    let mut addressed = 0;
    let mut cities = BTreeMap::new();
    for number in 0..500 {
        let story = stories.story(number);
        let text = |name| match story.tell(fact(name), 0) {
            systeme_hook::story::Told::Text(text) => Some(text.into_owned()),
            _ => None,
        };
        let email = text("contact.email").expect("every contact has an address");
        assert!(email.is_ascii() && ["@example.com", "@example.org"].iter().any(|domain| email.ends_with(domain)), "{email}");
        if let Some(surname) = text("contact.surname").filter(|surname| surname.is_ascii()) {
            let plain: String = surname.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
            assert!(email.contains(&plain), "{surname} is not in {email}");
        }
        if let Some(country) = text("contact.country") {
            addressed += 1;
            let place = (country.clone(), text("contact.city"), text("contact.postcode"));
            let same = cities.entry(place.1.clone()).or_insert_with(|| place.clone());
            assert_eq!(*same, place, "a city is in one country and has one postcode");
            let phone = text("contact.phone_number").expect("an addressed contact has a phone");
            let (_, prefix) = prefixes.iter().find(|(code, _)| *code == country).unwrap_or_else(|| panic!("{country} is new here"));
            assert!(phone.starts_with(prefix) && phone.bytes().all(|byte| byte.is_ascii_digit()), "{country} {phone}");
        }
    }
    assert!(addressed > 50);
}

#[test]
fn times_are_in_order_and_amounts_agree() {
    let catalog = catalog();
    let schemas = Schemas::new(&catalog);
    let all = |name: &str| {
        let (event, shape) = catalog.find(name).expect(name);
        let mut prepared = payloads(&schemas, &[(event, shape.unwrap_or(&event.shapes[0]))], &Overrides::default()).expect("payloads").remove(0);
        bodies(&mut prepared, &stories(8), 0..300).into_iter().map(|body| serde_json::from_slice::<Value>(&body).expect("JSON")).collect::<Vec<_>>()
    };
    let text = |body: &Value, place: &str| body.pointer(place).and_then(Value::as_str).expect(place).to_owned();
    for body in all("webinar") {
        let (registered, at, scheduled) = (text(&body, "/data/registered_at"), text(&body, "/created_at"), text(&body, "/data/scheduled_at"));
        assert!(registered <= at && at < scheduled, "{registered} {at} {scheduled}");
    }
    let (new, _) = catalog.find("SALE_NEW").expect("an event");
    for shape in &new.shapes {
        for body in all(&format!("SALE_NEW:{}", shape.name)) {
            let cents = |place: &str| body.pointer(place).and_then(Value::as_i64);
            let (amount, discount) = (cents("/pricePlan/amount").expect("an amount"), cents("/order/discountAmount"));
            let total = amount - discount.unwrap_or_default() + cents("/order/shippingFee").unwrap_or_default();
            assert!(cents("/order/totalPrice").is_none_or(|told| told == total), "{}: {body}", shape.name);
            assert!(discount == cents("/coupon/discountAmount") && discount.is_none_or(|discount| 0 < discount && discount < amount), "{body}");
        }
    }
    for body in all("CONTACT_TAG_REMOVED") {
        assert_ne!(body["tag"]["id"], body["contact"]["tags"][0]["id"], "the removed tag is no longer listed");
    }
    for body in all("CONTACT_TAG_ADDED") {
        assert_eq!(body["tag"], body["contact"]["tags"][0], "the added tag is listed");
    }
    for body in all("sale") {
        assert!(text(&body, "/data/order/created_at") < text(&body, "/created_at"));
        let amount = body["data"]["offer_price_plan"]["direct_charge_amount"].as_i64().expect("an amount");
        assert!(text(&body, "/data/offer_price_plan/inner_name").ends_with(&format!(" {}", amount / 100)), "{body}");
        assert_eq!(
            body["data"]["offer_price_plan"]["name"], body["data"]["order_item"]["resources"][1]["data"]["name"],
            "the course that the offer names is granted"
        );
    }
}

#[test]
fn a_thing_of_one_name_has_one_id_throughout_a_run() {
    let stories = stories(11);
    for (id, name) in [
        ("tag.id", "tag.name"),
        ("course.id", "course.name"),
        ("funnel.id", "funnel.name"),
        ("campaign.id", "campaign.name"),
        ("blog_page.id", "blog_page.name"),
    ] {
        let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for number in 0..3000 {
            let story = stories.story(number);
            for nth in 0..3 {
                let told = |fact| format!("{:?}", story.tell(Fact::find(fact).expect(fact), nth));
                names.entry(told(id)).or_default().insert(told(name));
            }
        }
        for (id, names) in names {
            assert_eq!(names.len(), 1, "{id} is called {names:?}");
        }
    }
}

#[test]
fn the_documented_payloads_are_valid_as_they_are() {
    let catalog = catalog();
    let schemas = Schemas::new(&catalog);
    let documented = files("tests/documented");
    assert_eq!(documented.len(), 11 + 6);
    for path in documented {
        let body: Value = serde_json::from_str(&read(&path)).expect("JSON");
        let name = body["type"].as_str().or_else(|| path.file_stem()?.to_str()).expect("a name");
        let event = catalog.of_type(name).or_else(|| catalog.of_header(name)).expect("an event");
        assert_eq!(schemas.of(event).expect("a schema").violations(&body), [], "{}", path.display());
    }
}

#[test]
fn each_broken_payload_has_one_fault() {
    let catalog = catalog();
    let schemas = Schemas::new(&catalog);
    let judge = Judge::new(&schemas, None, false);
    let broken = files("tests/broken");
    assert!(broken.len() > 40);
    for path in broken {
        let text = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path)).expect("a readable file");
        let findings = judge.judge(&text).expect("the schemas").findings;
        assert_eq!(findings.len(), 1, "{}: {findings:?}", path.display());
    }
}

/// What stays valid without a place, or with a value of another type there, and why.
const SURVIVORS: &[(&str, &str, &str)] = &[
    ("*/fields/*", "missing", "a contact has the fields that were filled in"),
    ("*/fields/*", "null", "a field can be without a value (documented: strings or null)"),
    ("*/fields", "array", "[] is PHP's empty array"),
    ("*/fields", "object", "an object without keys is what a re-encoded [] can become"),
    ("/data/source_url", "missing", "the documentation leaves it out"),
    ("/data/source_url", "null", "nothing is known of it when there is no page"),
    ("*/ip", "null", "not every event has a request behind it"),
    ("*/ip", "string", "the sample has null where the documentation does"),
    ("*/client_ip", "null", "as the other sender has it (inferred)"),
    ("*/referred_by_contact_id", "null", "most contacts are not referred"),
    ("*/referred_by_contact_email", "null", "most contacts are not referred"),
    ("*/description", "null", "a course or campaign can be without"),
    ("*/description", "string", "the sample has null where the documentation does"),
    ("*/enrollment_access_type", "null", "null for what is no course"),
    ("*/enrollment_access_type", "string", "the sample has null for what is no course"),
    ("*/quantity", "integer", "known only as null: null or an integer (inferred)"),
    ("/data/coupon", "object", "known only as null: null or an object (inferred)"),
    ("*/subscription_plan", "object", "known only as null: null or an object (inferred)"),
    ("*/enrollment_dripping_access_course", "object", "known only as null: null or an object (inferred)"),
    ("/data/first_active_course", "object", "known only as null: null or an object (inferred)"),
    ("*/clientIp", "null", "documented"),
    ("*/clientIp", "string", "the sample has null"),
    ("*/sourceUrl", "null", "nothing is known of it when there is no page"),
    ("*/sourceUrl", "string", "the sample has null"),
    ("*/sourceURL", "null", "documented"),
    ("*/value", "null", "a field can be without a value (reported)"),
    ("*/tags", "array", "a contact can be without tags"),
    ("*/tags/*", "missing", "a contact has as many tags as it does"),
    ("/coupon", "null", "documented: null without a coupon"),
    ("/coupon/expirationDate", "null", "a coupon can be without an end (inferred)"),
    ("/coupon/limitOfUse", "null", "a coupon can be without a limit (inferred)"),
    ("/checkoutPage", "*", "known only as null: anything is taken"),
    ("/order/discountAmount", "null", "null without a coupon"),
    ("/order/discountType", "null", "null without a coupon"),
    ("/order/discountAmount", "integer", "the sample has null without a coupon"),
    ("/order/discountType", "string", "the sample has null without a coupon"),
    ("/order/shippingFee", "null", "null where nothing is shipped"),
    ("/order/shippingFee", "integer", "the sample has null where nothing is shipped"),
    ("/order/totalPrice", "null", "documented"),
    ("/order/totalPrice", "integer", "the sample has null"),
    ("/order/vat", "null", "documented"),
    ("/order/vat", "number", "the sample has null"),
    ("/order/vat", "integer", "what is re-encoded can lose its zero fraction: 0 for 0.0"),
    ("*/enrollmentAccessType", "null", "null for what is no course"),
    ("*/enrollmentAccessType", "string", "the sample has null for what is no course"),
    ("*/enrollmentDrippingAccessCourse", "object", "known only as null: null or an object (inferred)"),
    ("*/course", "null", "null for another kind"),
    ("*/courseBundle", "null", "null for another kind"),
    ("*/physicalProduct", "null", "null for another kind"),
    ("*/resources/0/tag", "null", "null for another kind"),
    ("*/options", "object", "whether none is [] or {} is unknown"),
    ("/pricePlan/recurringOptions", "null", "documented: null for what is paid once"),
    ("/pricePlan/recurringOptions/*", "*", "documented by their names only"),
    ("/pricePlan/statementDescriptor", "null", "a plan can be without (inferred)"),
    ("*/resources", "array", "an order item that grants nothing is an empty list"),
    ("*/resources/*", "missing", "an order grants as many things as it does"),
];

fn matches(pattern: &str, place: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix("/*")) {
        (_, Some(rest)) => place.rsplit_once('/').is_some_and(|(parent, _)| matches(rest, parent)),
        (Some(end), None) => place.ends_with(end),
        (None, None) => pattern == place,
    }
}

#[test]
fn without_a_key_or_with_another_type_a_sample_is_invalid_but_for_the_listed() {
    let catalog = catalog();
    let schemas = Schemas::new(&catalog);
    let mut used = HashSet::new();
    let mut met = 0;
    for (event, shape) in shapes(&catalog) {
        let schema = schemas.of(event).expect("a schema");
        let body = sample(shape);
        for mutant in mutants::of(&body) {
            met += 1;
            let mut places: Vec<_> = schema.violations(&mutant.body).into_iter().map(|violation| violation.pointer).collect();
            let all = places.len();
            places.sort();
            places.dedup();
            assert_eq!(places.len(), all, "{}{}: one place, one violation", event.label(shape), mutant.place);
            if schema.is_valid(&mutant.body) {
                let reason = SURVIVORS
                    .iter()
                    .position(|(pattern, kind, _)| (*kind == mutant.kind || *kind == "*" && mutant.kind != "missing") && matches(pattern, &mutant.place));
                used.insert(reason.unwrap_or_else(|| panic!("{}{}: {} is still valid; is that meant?", event.label(shape), mutant.place, mutant.kind)));
            }
        }
    }
    assert!(met > 1000);
    for (at, (pattern, kind, _)) in SURVIVORS.iter().enumerate() {
        assert!(used.contains(&at), "{pattern} {kind} survives nowhere");
    }
}

#[test]
fn imports_go_one_way() {
    // From the right: a module may import those of earlier ranks only.
    let ranks: &[&[&str]] = &[
        &["error", "pointer"],
        &["time"],
        &["catalog"],
        &["schema", "story", "php_json"],
        &["signature"],
        &["payload", "delivery"],
        &["judgement", "decoded"],
        &["sender", "receiver", "report"],
        &["cli"],
        &["commands"],
    ];
    let rank = |module: &str| ranks.iter().position(|names| names.contains(&module));
    for path in files("src") {
        let path = path.to_string_lossy().replace('\\', "/");
        let module = path.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default().to_owned();
        if ["main", "lib", "build"].contains(&module.as_str()) {
            continue;
        }
        let own = rank(&module).unwrap_or_else(|| panic!("{module} has no rank: give it one here and in src/lib.rs"));
        let text = read(Path::new(&path));
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for imported in text.split("crate::").skip(1) {
            let name = imported.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            assert!(name == module || rank(name).is_some_and(|rank| rank < own), "{path} imports {name}");
        }
    }
}

#[test]
fn only_one_module_imports_colored() {
    let importing: Vec<_> = files("src").into_iter().filter(|path| read(path).contains("colored::")).collect();
    assert_eq!(importing, [Path::new("src/report/text/paint.rs")]);
}
