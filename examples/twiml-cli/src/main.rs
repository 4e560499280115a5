//! `twiml`: lints, formats and explains TwiML documents. See the README for every flag.

mod answer;
mod args;
mod explain;
mod format;
mod input;
mod lint;
mod output;
mod outside;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Args, Command};

/// What the program found, as its exit status says it. The greater one wins when there are several files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// Nothing to complain about: 0.
    Clean,
    /// Findings at or above the level, or files that are not formatted: 1.
    Findings,
    /// Something could not be read, parsed or written: 2, as for a wrong command line.
    Failed,
}

fn main() -> ExitCode {
    let outcome = match Args::parse().command {
        Command::Lint(args) => lint::run(&args),
        Command::Fmt(args) => format::run(&args),
        Command::Explain(args) => explain::run(&args),
    };
    ExitCode::from(match outcome {
        Outcome::Clean => 0,
        Outcome::Findings => 1,
        Outcome::Failed => 2,
    })
}
