//! Parse, run, exit code.

use std::io::{self, BufWriter, IsTerminal};
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory, FromArgMatches};
use systeme_hook::cli::{self, Cli};
use systeme_hook::commands::{self, Exit, Input};
use systeme_hook::report::{Looks, Output};

fn main() -> ExitCode {
    let asked = cli::color_asked(std::env::args_os().skip(1));
    let cli = match Cli::command().color(asked).try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is no reason to say more.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Unasked.code()));
        }
    };
    let (stdout, stderr, stdin) = (io::stdout(), io::stderr(), io::stdin());
    let looks = Looks {
        out_color: colored(cli.color, stdout.is_terminal()),
        err_color: colored(cli.color, stderr.is_terminal()),
        err_is_terminal: stderr.is_terminal(),
        width: terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0)).clamp(60, 120),
    };
    let is_terminal = stdin.is_terminal();
    let mut stdin = stdin.lock();
    // A person sees each line as it comes; a pipe gets them in blocks.
    let live = stdout.is_terminal();
    let (mut lines, mut blocks) = (stdout.lock(), BufWriter::with_capacity(64 << 10, io::stdout()));
    let mut stderr = stderr.lock();
    let mut output = Output::new(looks, if live { &mut lines } else { &mut blocks }, &mut stderr);
    match commands::run(&cli.command, Input { stdin: &mut stdin, is_terminal }, &mut output) {
        Ok(exit) => ExitCode::from(exit.code()),
        Err(error) => {
            output.fail(&error);
            ExitCode::from(Exit::Unasked.code())
        }
    }
}

/// https://no-color.org and https://bixense.com/clicolors: a flag wins, then NO_COLOR, then CLICOLOR_FORCE, then what the stream is.
fn colored(choice: ColorChoice, is_terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR") => false,
        ColorChoice::Auto => std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") || is_terminal,
    }
}
