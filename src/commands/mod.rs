//! A verb each: from what was typed to engines to messages. They decide the exit code, and print nothing themselves.

mod causes;
mod completions;
mod desk;
mod events;
mod interrupt;
mod listen;
mod secret;
mod send;
mod validate;

use std::io::Read;

use crate::catalog::Catalog;
use crate::cli::Command;
use crate::error::Result;
use crate::report::Output;
use crate::schema::Schemas;

/// How a run ends; of several the worst counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    Ok,
    /// What was asked about is bad.
    Bad,
    /// The question could not be asked.
    Unasked,
    Interrupted,
}

impl Exit {
    pub const fn code(self) -> u8 {
        match self {
            Self::Ok => 0,
            Self::Bad => 1,
            Self::Unasked => 2,
            Self::Interrupted => 130,
        }
    }
}

/// Standard input, where it is wanted.
pub struct Input<'r> {
    pub stdin: &'r mut dyn Read,
    /// Somebody types there, rather than something being piped in.
    pub is_terminal: bool,
}

/// Runs a command. An error is the end of it: the question could not be asked.
pub fn run(command: &Command, input: Input<'_>, output: &mut Output<'_>) -> Result<Exit> {
    let catalog = Catalog::embedded()?;
    let schemas = Schemas::new(&catalog);
    let exit = match command {
        Command::Send(args) => send::run(args, &schemas, output)?,
        Command::Validate(args) => validate::run(args, &schemas, input, output)?,
        Command::Listen(args) => listen::run(args, &schemas, output)?,
        Command::Events(args) => events::run(args, &schemas, output)?,
        Command::Completions(args) => completions::run(args.shell, &catalog, output)?,
    };
    output.flush()?;
    Ok(exit)
}
