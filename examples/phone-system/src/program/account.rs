//! `--serve`: a server for a real account.

use std::process::ExitCode;
use std::sync::Arc;

use escalation_core::{Clock, Notifier};
use escalation_notify::Email;
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use phone_system::directory::{Directory, HttpDirectory};
use phone_system::{
    Database, DatabaseTime, Journal, ON_CALL_WORDS, Outside, PhoneSystem, Service, Settings, Speed,
    app, load_hours, one_line, serve as run,
};
use tokio::net::TcpListener;
use twilio_simulator::ScaledTime;

use super::{AnyError, Options, end, wall};

pub(super) async fn serve(options: &Options) -> Result<ExitCode, AnyError> {
    let asked_to_end = end::when_asked()?;
    let mut settings = Settings::from_variables(|name| std::env::var(name).ok())?;
    settings.listen = options.listen.unwrap_or(settings.listen);
    settings.hours = options.hours.clone().or(settings.hours);
    let hours = load_hours(settings.hours.as_deref())?;
    let place = options.database.as_ref().unwrap_or(&settings.database);
    let simulated = options.simulated_time.as_deref().map(scaled).transpose()?;
    let (clock, speed, whose): (Arc<dyn Clock>, _, _) = match simulated {
        None => (Arc::new(wall::clock), Speed::REAL, DatabaseTime::Own),
        Some((time, speed)) => {
            let clock = move || time.at(wall::clock());
            (Arc::new(clock), speed, DatabaseTime::Programs)
        }
    };
    let database = Database::open(place, whose)
        .await
        .map_err(|error| format!("the database {place}: {}", one_line(&error)))?;
    let (address, public_url) = (settings.listen, settings.public_url.clone());
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let outside = Outside {
        twilio: settings.twilio()?,
        database,
        clock,
        speed,
        directory: directory(&settings.service)?,
        email: email(&settings.service)?,
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

/// Where callers are looked up.
fn directory(service: &Service) -> Result<Option<Arc<dyn Directory>>, AnyError> {
    let Some(address) = &service.directory else {
        return Ok(None);
    };
    let directory = HttpDirectory::new(address, service.directory_token.as_ref())
        .map_err(|error| format!("PHONE_DIRECTORY: {}", one_line(&error)))?;
    Ok(Some(Arc::new(directory)))
}

/// What writes e-mail to people on call.
fn email(service: &Service) -> Result<Option<Arc<dyn Notifier>>, AnyError> {
    let (Some(server), Some(from)) = (&service.mail, &service.mail_from) else {
        return Ok(None);
    };
    // The address holds a password: what is wrong with it is told without it.
    let mailer = AsyncSmtpTransport::<Tokio1Executor>::from_url(server.expose())
        .map_err(|_| "PHONE_MAIL is no mail server: expected smtps://USER:PASSWORD@HOST")?
        .build();
    let email = Email::new(mailer, from)
        .map_err(|error| format!("PHONE_MAIL_FROM: {}", one_line(&error)))?;
    let email = email
        .subject("Callers wait, and nobody answers".parse()?)
        .body(ON_CALL_WORDS.parse()?);
    Ok(Some(Arc::new(email)))
}

/// The clock that a simulator of Twilio keeps to, from what it prints of it.
fn scaled(flags: &[String]) -> Result<(ScaledTime, Speed), AnyError> {
    let [epoch, start, factor] = flags else {
        return Err("--simulated-time takes three values".into());
    };
    let factor: f64 = factor.parse()?;
    let speed = Speed::times(factor).ok_or_else(|| format!("{factor} is no speed"))?;
    Ok((
        ScaledTime::new(epoch.parse()?, start.parse()?, factor)?,
        speed,
    ))
}
