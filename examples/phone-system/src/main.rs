//! The program around the phone system: the scripted morning, or a server for a real account.

use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use clap::Parser;
use escalation_sqlite::SqliteStore;
use phone_system::{
    Journal, Outside, PhoneSystem, Settings, app, load_hours, morning, one_line, serve,
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// A support line: hours, premium and regular queues, reps, and every phone ringing after three minutes.
///
/// Without an option it plays a scripted morning against a simulated Twilio, in a few seconds, and prints a timeline with
/// the reason of each decision. It needs no account, no database server and no configuration.
#[derive(Debug, Parser)]
#[command(version, after_long_help = variables())]
struct Options {
    /// Serve a real Twilio account until interrupted. Configured by the environment variables below
    #[arg(long)]
    serve: bool,

    /// With --serve: listen on this address instead of PHONE_LISTEN
    #[arg(long, value_name = "ADDRESS", requires = "serve")]
    listen: Option<SocketAddr>,

    /// With --serve: the file with the opening hours instead of PHONE_HOURS
    #[arg(long, value_name = "FILE", requires = "serve")]
    hours: Option<PathBuf>,

    /// Also print all that the callers heard and Twilio was told
    #[arg(long, conflicts_with = "serve")]
    transcript: bool,
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

type AnyError = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("phone-system: {}", one_line(&*error));
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<(), AnyError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    if options.serve {
        let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr)
            .init();
        runtime.block_on(serve_account(options))
    } else {
        runtime.block_on(play_morning(options))
    }
}

async fn play_morning(options: &Options) -> Result<(), AnyError> {
    let town = morning::play().await?;
    let mut text = String::new();
    if options.transcript {
        text = format!("{}\n", town.twilio.transcript());
    }
    text += &town.journal.timeline(Tz::Europe__London);
    match std::io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

async fn serve_account(options: &Options) -> Result<(), AnyError> {
    let mut settings = Settings::from_variables(|name| std::env::var(name).ok())?;
    settings.listen = options.listen.unwrap_or(settings.listen);
    settings.hours = options.hours.clone().or(settings.hours);
    let hours = load_hours(settings.hours.as_deref())?;
    let data = settings.escalations.clone();
    let (_lock, escalations) = match &data {
        Some(path) => (Some(alone_with(path)?), SqliteStore::open(path)?),
        None => (None, SqliteStore::in_memory()?),
    };
    let (address, public_url) = (settings.listen, settings.public_url.clone());
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let outside = Outside {
        twilio: settings.twilio()?,
        escalations: Arc::new(escalations),
        clock: Arc::new(wall_clock),
        journal: Arc::new(Journal::default()),
    };
    let system = Arc::new(PhoneSystem::open(settings, hours, outside).await?);
    let router = app(Arc::clone(&system))?;
    let address = listener.local_addr()?;
    tracing::info!(
        "listening on {address}; set the voice URL of your numbers to {public_url}/voice"
    );
    serve(system, router, listener, asked_to_end()).await?;
    Ok(())
}

/// Ends when somebody presses ctrl-c, or the system asks the program to end.
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(error) => {
                tracing::error!("cannot wait for SIGTERM: {error}");
                std::future::pending::<()>().await;
            }
        }
    };
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => {
            if let Err(error) = interrupted {
                tracing::error!("cannot wait for ctrl-c: {error}");
            }
        }
        () = terminated => {}
    }
}

/// Holds the data file for this program alone: a queue in memory cannot be shared, and two programs would ring for callers
/// that only one of them knows.
fn alone_with(data: &Path) -> Result<File, AnyError> {
    let mut lock = data.as_os_str().to_owned();
    lock.push(".lock");
    let lock = PathBuf::from(lock);
    let file = File::create(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(format!("{}: another phone-system works with it", data.display()).into())
        }
        Err(TryLockError::Error(error)) => Err(format!("{}: {error}", lock.display()).into()),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the program's clock: the one place that reads the time"
)]
fn wall_clock() -> DateTime<Utc> {
    Utc::now()
}
