//! What the program does, by its options.

mod account;
mod demo;
mod end;
mod headless;
mod health;
mod load;
mod sign_in;
mod wall;

use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgGroup, Parser, ValueEnum};
use phone_system::{DatabaseUrl, Settings, Speed};
use tracing_subscriber::EnvFilter;

/// A support line: hours, premium and regular queues, agents, and every phone ringing after three minutes.
///
/// Without an option it shows itself: a simulated Twilio plays a lively day against it, and it prints where to look on. It
/// needs no account, no database server and no configuration.
#[derive(Debug, Parser)]
#[command(version, after_long_help = variables(), group = ArgGroup::new("kept").args(["serve", "load", "account", "remove_account"]))]
pub(crate) struct Options {
    /// Play a scripted morning instead, in a few seconds, and print its timeline with the reason of each decision
    #[arg(long, conflicts_with_all = ["serve", "load", "listen", "speed", "seed"])]
    headless: bool,

    /// With --headless: also print all that the callers heard and Twilio was told
    #[arg(long, requires = "headless")]
    transcript: bool,

    /// Serve a real Twilio account until interrupted. Configured by the environment variables below
    #[arg(long, conflicts_with_all = ["load", "speed", "seed"])]
    serve: bool,

    /// Let NAME sign in to the console, with the password in the first line of standard input; then end. An empty line: one
    /// is made up and printed. Servers that work with the database know at once
    #[arg(long, value_name = "NAME", conflicts_with_all = ["headless", "serve", "load", "listen", "speed", "seed"])]
    account: Option<String>,

    /// Let NAME sign in no more, and sign them out wherever they are; then end. Servers that work with the database know at
    /// once
    #[arg(long, value_name = "NAME", conflicts_with_all = ["account", "headless", "serve", "load", "listen", "speed", "seed"])]
    remove_account: Option<String>,

    /// With --account: who takes calls as this agent, by their place in PHONE_REPS, from 1
    #[arg(
        long,
        value_name = "NUMBER",
        requires = "account",
        conflicts_with = "remove_account"
    )]
    agent: Option<u64>,

    /// With --account: who may also change opening hours and the table of customers
    #[arg(long, requires = "account", conflicts_with = "remove_account")]
    supervisor: bool,

    /// Test how the program bears so many callers at once, over real HTTP, and report it; exits with 1 if one was lost
    #[arg(long, value_name = "CALLS", value_parser = clap::value_parser!(u16).range(1..=700))]
    load: Option<u16>,

    /// With --load: how many agents take calls
    #[arg(long, value_name = "AGENTS", default_value_t = 50, requires = "load", value_parser = clap::value_parser!(u16).range(1..=900))]
    agents: u16,

    /// With --load: for how many seconds, on the wall, callers ring
    #[arg(long = "for", value_name = "SECONDS", default_value_t = 600, requires = "load", value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,

    /// Ask the server that listens on PHONE_LISTEN, or at --listen, whether it is well; exits with 1 if it is not
    #[arg(long, conflicts_with_all = ["kept", "headless", "speed", "seed"])]
    health: bool,

    /// With --serve: the file with the opening hours instead of PHONE_HOURS
    #[arg(long, value_name = "FILE", requires = "serve")]
    hours: Option<PathBuf>,

    /// Keep everything in this database: `memory`, a file, or postgres://… With --serve, --account and --remove-account: instead
    /// of PHONE_DATABASE. --load uses a file of its own unless it is given
    #[arg(long, value_name = "DATABASE", requires = "kept")]
    database: Option<DatabaseUrl>,

    /// With --serve: by this clock, as a simulator of Twilio prints it: for tests
    #[arg(long, num_args = 3, value_names = ["EPOCH", "START", "SPEED"], requires = "serve", hide = true)]
    simulated_time: Option<Vec<String>>,

    /// With --serve: how to write the log
    #[arg(
        long,
        value_name = "FORMAT",
        requires = "serve",
        default_value = "text"
    )]
    log_format: LogFormat,

    /// Listen on this address. With --serve: instead of PHONE_LISTEN. The demo listens on 127.0.0.1:8080, or the next port that is free
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,

    /// How fast the clock of the demo or load test runs: its seconds in one second on the wall. Default: 3, with --load 16
    #[arg(long, value_name = "FACTOR", value_parser = speed)]
    speed: Option<Speed>,

    /// Let nothing happen in the demo but what is asked for at this address, for tests with a browser
    #[arg(long, value_name = "ADDRESS", hide = true, conflicts_with = "kept")]
    control: Option<SocketAddr>,

    /// What the chance of the demo or load test is drawn from: the same number gives the same callers
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
}

/// How the log is written to standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// Lines for people.
    Text,
    /// A JSON object a line, for programs.
    Json,
}

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// Does what the options say, and answers how the program ends.
pub(crate) fn run(options: &Options) -> Result<ExitCode, AnyError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    if options.health {
        return health::ask(options);
    }
    if options.headless {
        return runtime.block_on(headless::play(options.transcript));
    }
    if let Some(name) = &options.account {
        return runtime.block_on(sign_in::keep(options, name));
    }
    if let Some(name) = &options.remove_account {
        return runtime.block_on(sign_in::remove(options, name));
    }
    let quiet = if options.serve { "info" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(quiet));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match options.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().flatten_event(true).init(),
    }
    runtime.block_on(async {
        match (options.serve, options.load) {
            (true, _) => account::serve(options).await,
            (false, Some(calls)) => load::test(options, calls.into()).await,
            (false, None) => demo::show(options).await,
        }
    })
}

/// Prints this. Whoever reads may have seen enough; that is no reason to fail.
fn say(text: &str) -> std::io::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

fn speed(text: &str) -> Result<Speed, String> {
    let factor = text.parse().ok().and_then(Speed::times);
    factor.ok_or_else(|| "expected a number above 0 and up to 1000".to_owned())
}

fn variables() -> String {
    let mut text = "Environment variables of --serve:\n".to_owned();
    for variable in Settings::VARIABLES {
        let required = if variable.required { " (required)" } else { "" };
        text += &format!(
            "  {}{required}\n          {}\n",
            variable.name, variable.meaning
        );
    }
    text + "  RUST_LOG\n          how much to log, as info or phone_system=debug; default info"
}
