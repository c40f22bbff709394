//! `completions`: a script for a shell. The names of events are in it, though the command line takes them in more ways than a script can list.

use std::fmt::Write as _;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command, CommandFactory, ValueEnum, ValueHint};
use clap_complete::{Shell, generate};

use super::Exit;
use crate::catalog::{Catalog, Event};
use crate::cli::Cli;
use crate::error::Result;
use crate::report::{Message, Output};
use crate::story::Locale;

pub fn run(shell: Shell, catalog: &Catalog, output: &mut Output<'_>) -> Result<Exit> {
    let (sent, shown, judged) = names(catalog);
    let values = |names: &[Name]| PossibleValuesParser::new(names.iter().map(Name::value));
    let mut command = Cli::command()
        .mut_subcommand("send", |send| send.mut_arg("events", |arg| arg.value_parser(values(&sent))))
        .mut_subcommand("events", |events| events.mut_arg("event", |arg| arg.value_parser(values(&shown))))
        .mut_subcommand("validate", |validate| validate.mut_arg("event", |arg| arg.value_parser(values(&judged))));
    for verb in ["send", "validate", "listen"] {
        command = command.mut_subcommand(verb, |command| command.mut_args(hinted));
    }
    let mut script = Vec::new();
    let name = command.get_name().to_owned();
    generate(shell, &mut command, &name, &mut script);
    // The two halves of bash's script spell a program's name with a hyphen differently (clap-rs/clap#6421).
    let (faulty, sound) = (name.replace('-', "__subcmd__"), name.replace('-', "__"));
    let mut script = String::from_utf8_lossy(&script).replace(&faulty, &sound);
    let shells: Vec<_> = Shell::value_variants().iter().map(|shell| Name { name: shell.to_string(), meaning: "a shell".to_owned() }).collect();
    for (verb, names) in [("send", &sent), ("events", &shown), ("completions", &shells)] {
        name_values(shell, &command, verb, names, &mut script);
    }
    output.tell(&Message::Line(script.trim_end().as_bytes()))?;
    Ok(Exit::Ok)
}

/// `arg`, with what its values are: a shell offers files where it is told nothing.
fn hinted(arg: Arg) -> Arg {
    match arg.get_id().as_str() {
        _ if !arg.get_action().takes_values() => arg,
        "to" | "proxy" => arg.value_hint(ValueHint::Url),
        "cacert" | "secret_file" => arg.value_hint(ValueHint::FilePath),
        "paths" => arg.value_hint(ValueHint::AnyPath),
        "host" => arg.value_hint(ValueHint::Hostname),
        "locale" => arg.value_parser(PossibleValuesParser::new(Locale::all().map(|locale| PossibleValue::new(locale.name())))),
        _ => arg.value_hint(ValueHint::Other),
    }
}

/// A name to choose, and what it stands for.
struct Name {
    name: String,
    meaning: String,
}

impl Name {
    fn value(&self) -> PossibleValue {
        PossibleValue::new(self.name.clone()).help(self.meaning.clone())
    }
}

/// What `send` takes, what `events` takes, and what `--event` takes. A name with a colon is in none: two shells of five cannot complete it.
fn names(catalog: &Catalog) -> (Vec<Name>, Vec<Name>, Vec<Name>) {
    let name = |name: &str, meaning: &str| Name { name: name.to_owned(), meaning: meaning.to_owned() };
    let events = || catalog.events.iter().flat_map(|event| [name(&event.short, &event.name), name(&event.name, &event.short)]);
    let shape = |event: &Event, (short, shape): &(String, String)| name(short, &format!("the shape {shape} of {}", event.name));
    let shapes = || catalog.events.iter().flat_map(|event| event.shape_names.iter().map(|names| shape(event, names)));
    let shown = || events().chain(shapes());
    (shown().chain([name("all", "every shape once")]).collect(), shown().collect(), events().collect())
}

/// Some of the generators leave out the values of arguments that are no options: they are put where the generated script has its options.
fn name_values(shell: Shell, command: &Command, verb: &str, names: &[Name], script: &mut String) {
    let program = command.get_name();
    match shell {
        Shell::Fish => {
            let values: Vec<_> = names.iter().map(|Name { name, meaning }| format!("{name}\\t'{meaning}'")).collect();
            let test = format!("__fish_{}_using_subcommand {verb}", program.replace('-', "_"));
            let _ = writeln!(script, "complete -c {program} -n \"{test}\" -f -a \"{}\"", values.join("\n"));
        }
        // With two colons all that follows the first name is a name too, and no option.
        Shell::Zsh => *script = script.replace("'*::", "'*:"),
        Shell::Elvish => insert_after(script, &format!("        &'{program};{verb}'= {{\n"), names, |Name { name, meaning }| {
            format!("            cand {name} '{meaning}'\n")
        }),
        Shell::PowerShell => insert_after(script, &format!("        '{program};{verb}' {{\n"), names, |Name { name, meaning }| {
            format!("            [CompletionResult]::new('{name}', '{name}', [CompletionResultType]::ParameterValue, '{meaning}')\n")
        }),
        _ => {}
    }
}

fn insert_after(script: &mut String, line: &str, names: &[Name], written: impl Fn(&Name) -> String) {
    if let Some(at) = script.find(line) {
        script.insert_str(at + line.len(), &names.iter().map(written).collect::<String>());
    }
}
