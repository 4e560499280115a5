//! `--serve`: a server for a real account.

use std::process::ExitCode;
use std::sync::Arc;

use phone_system::{
    Database, DatabaseTime, Journal, Outside, PhoneSystem, Settings, Speed, app, load_hours,
    one_line, serve as run,
};
use tokio::net::TcpListener;

use super::{AnyError, Options, end, wall};

pub(super) async fn serve(options: &Options) -> Result<ExitCode, AnyError> {
    let asked_to_end = end::when_asked()?;
    let mut settings = Settings::from_variables(|name| std::env::var(name).ok())?;
    settings.listen = options.listen.unwrap_or(settings.listen);
    settings.hours = options.hours.clone().or(settings.hours);
    let hours = load_hours(settings.hours.as_deref())?;
    let place = options.database.as_ref().unwrap_or(&settings.database);
    let database = Database::open(place, DatabaseTime::Own)
        .await
        .map_err(|error| format!("the database {place}: {}", one_line(&error)))?;
    let (address, public_url) = (settings.listen, settings.public_url.clone());
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let outside = Outside {
        twilio: settings.twilio()?,
        database,
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
    run(system, router, listener, asked_to_end).await?;
    Ok(ExitCode::SUCCESS)
}
