//! `twilio-sim`: a Twilio on the desk, for web applications in any language.

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A Twilio on your desk: runs scripted calls against a web application that speaks TwiML.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Play a scenario against your web application.
    Run(Box<commands::run::Arguments>),
    /// Walk every path of your menu: dead ends, loops, errors, documents that nobody reaches.
    Explore(commands::explore::Arguments),
    /// Stand in for Twilio's REST API, for an application that makes calls itself.
    Serve(commands::serve::Arguments),
    /// Play behaviour cases and print each difference from what they expect.
    RunCases(commands::run_cases::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Run(arguments) => commands::run::run(&arguments).await,
        Command::Explore(arguments) => commands::explore::run(&arguments).await,
        Command::Serve(arguments) => commands::serve::run(&arguments).await,
        Command::RunCases(arguments) => commands::run_cases::run(&arguments).await,
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("twilio-sim: {}", commands::chain(&*error));
            ExitCode::from(2)
        }
    }
}
