//! `--serve`: a server for a real account.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use escalation_sqlite::SqliteStore;
use phone_system::{Journal, Outside, PhoneSystem, Settings, Speed, app, load_hours, serve as run};
use tokio::net::TcpListener;

use super::{AnyError, Options, end, wall};

pub(super) async fn serve(options: &Options) -> Result<ExitCode, AnyError> {
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
        clock: Arc::new(wall::clock),
        speed: Speed::REAL,
        journal: Arc::new(Journal::default()),
    };
    let system = Arc::new(PhoneSystem::open(settings, hours, outside).await?);
    let router = app(Arc::clone(&system))?;
    let address = listener.local_addr()?;
    tracing::info!(
        "listening on {address}; set the voice URL of your numbers to {public_url}/voice"
    );
    run(system, router, listener, end::asked_for()).await?;
    Ok(ExitCode::SUCCESS)
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
