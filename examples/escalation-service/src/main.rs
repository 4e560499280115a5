//! Escalations as a service: requests in, phones, SMS, e-mail, PubNub and webhooks out.

mod api;
mod channels;
mod demo;
#[cfg(feature = "lambda")]
mod lambda;
mod metrics;
mod page;
mod requests;
mod serve;
mod settings;
mod show;
mod store;
mod variables;

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use escalation_core::{LetterId, ProcessId, Replayed, Submitted, Timer};
use escalation_notify::TokioTimer;
use escalation_sqs::JsonLines;
use tracing_subscriber::EnvFilter;

use crate::channels::Service;
use crate::settings::Settings;
use crate::variables::VARIABLES;

/// Escalations as a service: requests in, phones, SMS, e-mail, PubNub and webhooks out.
///
/// `escalation-service demo` plays a day in a second and needs nothing.
#[derive(Debug, Parser)]
#[command(version, after_long_help = reference())]
struct Options {
    /// Settings in TOML; environment variables stand above them
    #[arg(long, global = true, value_name = "FILE.toml")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Deliver what is due until interrupted; HTTP API and status page
    Serve,
    /// Take in what the queue has, deliver what is due, and end: for cron and serverless functions
    RunOnce,
    /// Be an AWS Lambda function: as run-once, for each event
    #[cfg(feature = "lambda")]
    Lambda,
    /// Hand in requests from a file of JSON lines, or `-` for standard input
    ///
    /// Such as {"process-id":"order-17","action":"start","notifications":[{"channel":"console","after":60}]}
    /// and {"process-id":"order-17","action":"stop"}, each on a line of its own. Lines that were handled
    /// within the last hour are not handled again.
    Submit {
        /// The file
        file: PathBuf,
    },
    /// List running escalations
    List,
    /// Tell what an escalation will do, when and why
    Explain {
        /// Its process id
        process: String,
    },
    /// List what could not be delivered or read
    DeadLetters,
    /// Make dead letters due again
    Replay {
        /// Their numbers
        #[arg(required = true)]
        letters: Vec<u64>,
    },
    /// Play a day at an order desk, in virtual time, with nobody called
    Demo,
}

impl Command {
    /// What is logged unless `RUST_LOG` says otherwise. A command that prints what it did need not
    /// tell it twice.
    const fn logs(&self) -> &'static str {
        match self {
            Self::Serve | Self::RunOnce => "info",
            #[cfg(feature = "lambda")]
            Self::Lambda => "info",
            Self::Submit { .. }
            | Self::List
            | Self::Explain { .. }
            | Self::DeadLetters
            | Self::Replay { .. }
            | Self::Demo => "warn,escalation_core=off",
        }
    }
}

fn reference() -> String {
    let mut text = "Settings, each also an environment variable:\n".to_owned();
    for variable in VARIABLES {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "  {} ({})\n          {}",
            variable.name, variable.key, variable.meaning
        );
        if !variable.roesc.is_empty() {
            let _ = writeln!(text, "          roesc: {}", variable.roesc);
        }
    }
    text + "  RUST_LOG\n          How much to log, as info or escalation_service=debug; default info for serve and run-once"
}

type AnyError = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let options = Options::parse();
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new(options.command.logs()));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    match runtime.block_on(run(options)) {
        Ok(code) => code,
        Err(error) => failed(&*error),
    }
}

fn failed(error: &(dyn std::error::Error + 'static)) -> ExitCode {
    let words = show::problem(error);
    // Nobody is left to be told if this fails.
    let _ = writeln!(io::stderr(), "escalation-service: {words}");
    ExitCode::FAILURE
}

async fn run(options: Options) -> Result<ExitCode, AnyError> {
    if matches!(options.command, Command::Demo) {
        demo::print().await?;
        return Ok(ExitCode::SUCCESS);
    }
    let settings = Settings::load(options.config.as_deref(), |name| std::env::var(name).ok())?;
    let store = store::open(&settings.database).await?;
    let service = Service::new(&settings, store)?;
    let mut code = ExitCode::SUCCESS;
    let now = TokioTimer.now();
    match options.command {
        Command::Serve => serve::serve(service, &settings).await?,
        Command::RunOnce => serve::run_once(&service, &settings).await?,
        #[cfg(feature = "lambda")]
        Command::Lambda => lambda::run(&service, &settings).await?,
        Command::Submit { file } => code = submit(&service, &file).await?,
        Command::List => {
            let mut after = None;
            loop {
                let page = service.engine.store().processes(after, 500).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.generation);
                for process in &page {
                    print(&show::process_line(process))?;
                }
            }
        }
        Command::Explain { process } => {
            match service
                .engine
                .explain(&ProcessId::new(process.clone())?)
                .await?
            {
                Some(forecast) => print(forecast.to_string().trim_end())?,
                None => return Err(format!("no process {process:?} runs").into()),
            }
        }
        Command::DeadLetters => {
            let mut after = None;
            loop {
                let page = service.engine.store().dead_letters(after, 500).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.id);
                for letter in &page {
                    print(&show::letter_line(letter))?;
                }
            }
        }
        Command::Replay { letters } => {
            for letter in letters {
                let replayed = service
                    .engine
                    .store()
                    .replay(LetterId::new(letter), now)
                    .await?;
                let words = match replayed {
                    Replayed::Due => "is due again",
                    Replayed::NotFound => "is not there",
                    Replayed::NameTaken => "stays: a newer process of its name runs",
                    _ => "stays: it is a request, send that anew, corrected",
                };
                if replayed != Replayed::Due {
                    code = ExitCode::FAILURE;
                }
                print(&format!("{letter} {words}"))?;
            }
        }
        Command::Demo => {}
    }
    Ok(code)
}

async fn submit(service: &Service, file: &Path) -> Result<ExitCode, AnyError> {
    let name = file.display().to_string();
    let done = if name == "-" {
        let source = JsonLines::new("stdin", BufReader::new(io::stdin()));
        service.engine.intake(&source, TokioTimer.now()).await?
    } else {
        let opened = File::open(file).map_err(|error| format!("{name}: {error}"))?;
        let source = JsonLines::new(&*name, BufReader::new(opened));
        let done = service.engine.intake(&source, TokioTimer.now()).await;
        done.map_err(|error| format!("{name}: {}", show::problem(&error)))?
    };
    let mut code = ExitCode::SUCCESS;
    for (number, submitted) in done.iter().enumerate() {
        if matches!(submitted, Submitted::Rejected(_)) {
            code = ExitCode::FAILURE;
        }
        let (outcome, detail) = show::submitted(submitted);
        let line = format!("request {}: {outcome} {detail}", number + 1);
        print(line.trim_end())?;
    }
    Ok(code)
}

fn print(line: &str) -> io::Result<()> {
    match writeln!(io::stdout().lock(), "{line}") {
        // Whoever reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        written => written,
    }
}
