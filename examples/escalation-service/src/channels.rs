//! The engine with a notifier for each channel that the settings describe.

use std::io;
use std::sync::Arc;

use chrono::TimeDelta;
use escalation_core::{
    Admission, Backoff, Channel, ChannelPolicy, ConcurrencyLimit, Engine, EngineBuilder,
    EscalationStore, Installation, Profile, Response, Scope, Template, Timer, UnknownPolicy,
};
use escalation_notify::{
    Answering, Console, Email, Phone, PubNub, Sender, Sms, TokioTimer, Webhook, WebhookSecret,
};
use lettre::transport::smtp::authentication::Credentials as MailCredentials;
use lettre::transport::smtp::client::{Certificate, Tls as SmtpTls, TlsParameters};
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use twilio_rest::{CallbackMethod, Client, Credentials, ReqwestTransport};

use crate::settings::{Mail, ProfileName, Settings, Tls, Twilio};

/// The engine, and the phones that key presses are handed to.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) engine: Engine,
    pub(crate) phone: Option<Arc<Phone>>,
    /// What it delivers to.
    pub(crate) channels: Vec<&'static str>,
}

/// Why a channel cannot be set up.
#[derive(Debug, thiserror::Error)]
#[error("{channel}: {source}")]
pub(crate) struct ChannelError {
    channel: &'static str,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// Names the channel that an error is about.
fn of<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
    channel: &'static str,
) -> impl Fn(E) -> ChannelError {
    move |error| ChannelError {
        channel,
        source: error.into(),
    }
}

/// Where Twilio posts keys to, below the public URL.
pub(crate) const KEY_PATH: &str = "twilio/key";
/// Where Twilio reports that a call is over.
pub(crate) const STATUS_PATH: &str = "twilio/status";

/// How long a call may take: ringing, two rounds of speaking, the pauses for a key.
const CALL_TAKES: TimeDelta = TimeDelta::minutes(3);

impl Service {
    /// Sets up what the settings describe.
    pub(crate) fn new(
        settings: &Settings,
        store: Arc<dyn EscalationStore>,
    ) -> Result<Self, ChannelError> {
        let words: Template = settings.message.parse().map_err(of("message"))?;
        let mut engine = Engine::builder(store).concurrency(settings.deliveries);
        if let Some(name) = installation(settings)? {
            engine = engine.installation(name);
        }
        let mut channels = Vec::new();
        let mut phone = None;
        if settings.console {
            engine = engine.notifier(
                "console",
                Arc::new(Console::new(io::stdout(), words.clone())),
            );
            channels.push("console");
        }
        if let Some(twilio) = &settings.twilio {
            let client = client(twilio).map_err(of("twilio"))?;
            if settings.phone.is_some() {
                let made = Arc::new(make_phone(settings, &client, &words)?);
                engine = calls(engine, &made, settings);
                phone = Some(made);
                channels.push("phone");
            }
            if let Some(sms) = &settings.sms {
                let sender = Sender::Numbers(sms.senders.clone());
                let sms = Arc::new(Sms::new(
                    client,
                    sender,
                    Arc::new(TokioTimer),
                    words.clone(),
                ));
                let policy = asks_first().within(Admission::considerate_texts());
                engine = engine
                    .notifier("sms", sms.clone())
                    .reconciler("sms", sms)
                    .channel("sms", policy);
                channels.push("sms");
            }
        }
        if let Some(mail) = &settings.mail {
            let email = email(mail, &words).map_err(of("mail"))?;
            engine = engine.notifier("email", Arc::new(email));
            channels.push("email");
        }
        if settings.pubnub.is_some() || settings.webhook.is_some() {
            let http = Arc::new(ReqwestTransport::new().map_err(of("http"))?);
            let clock = Arc::new(|| TokioTimer.now());
            if let Some(set) = &settings.pubnub {
                let mut pubnub = PubNub::new(
                    http.clone(),
                    clock.clone(),
                    &set.publish_key,
                    &set.subscribe_key,
                )
                .map_err(of("pubnub"))?;
                if let Some(user) = &set.user {
                    pubnub = pubnub.user(user);
                }
                if let Some(token) = &set.token {
                    pubnub = pubnub.token(token.expose());
                }
                if let Some(service) = &set.service {
                    pubnub = pubnub.service(service).map_err(of("pubnub"))?;
                }
                engine = engine.notifier("pubnub", Arc::new(pubnub));
                channels.push("pubnub");
            }
            if let Some(set) = &settings.webhook {
                let secret = WebhookSecret::new(set.secret.expose()).map_err(of("webhook"))?;
                let mut webhook = Webhook::new(http, clock, secret);
                if let Some(url) = &set.url {
                    webhook = webhook.to(url).map_err(of("webhook"))?;
                }
                let allowed = set.allow.iter().map(String::as_str);
                webhook = webhook
                    .or_where_the_request_says(allowed)
                    .map_err(of("webhook"))?;
                engine = engine.notifier("webhook", Arc::new(webhook));
                channels.push("webhook");
            }
        }
        let mut profile = match settings.profile {
            ProfileName::Strict => Profile::strict(),
            ProfileName::Compat => Profile::compat(),
        };
        let own_words: Template = "{message}".parse().map_err(of("message"))?;
        for name in &channels {
            // A request brings its own words by `"template": "message"` and a detail of that name.
            engine = engine.template(*name, "message", own_words.clone());
            profile = profile.allow(Channel::new(*name).map_err(of(name))?);
        }
        let engine = engine.profile(profile).build().map_err(of("engine"))?;
        Ok(Self {
            engine,
            phone,
            channels,
        })
    }
}

fn client(twilio: &Twilio) -> Result<Client, Box<dyn std::error::Error + Send + Sync>> {
    let credentials = Credentials::auth_token(twilio.token.expose());
    let client = Client::builder(twilio.account.parse()?, credentials);
    Ok(client.base_url(&twilio.api).build()?)
}

fn make_phone(
    settings: &Settings,
    client: &Client,
    words: &Template,
) -> Result<Phone, ChannelError> {
    let (caller_ids, url, public) = match &settings.phone {
        Some(phone) => (phone.caller_ids.clone(), &phone.url, &phone.public_url),
        None => (escalation_core::CallerIds::new(), &None, &None),
    };
    let place = |path: &str| {
        let base = public.as_deref().unwrap_or_default().trim_end_matches('/');
        format!("{base}/{path}")
    };
    let answering = match (url, public) {
        (Some(url), _) => Answering::fetching(url, CallbackMethod::Get).map_err(of("phone"))?,
        (None, Some(_)) => Answering::asking(
            words.clone(),
            "To take care of it, press 4. If it is done, press 6.",
            place(KEY_PATH),
        )
        .map_err(of("phone"))?
        .key('4', Response::Acknowledged)
        .key('6', Response::Resolved),
        (None, None) => Answering::saying(words.clone()),
    };
    let mut phone = Phone::builder(client.clone(), caller_ids, Arc::new(TokioTimer), answering);
    if public.is_some() {
        phone = phone
            .status_callback(place(STATUS_PATH))
            .map_err(of("phone"))?;
    }
    if let Some(name) = installation(settings)? {
        phone = phone.installation(name);
    }
    Ok(phone.build())
}

fn installation(settings: &Settings) -> Result<Option<Installation>, ChannelError> {
    let name = settings.installation.as_deref();
    let name = name.map(str::parse).transpose();
    name.map_err(of("installation"))
}

fn calls(engine: EngineBuilder, phone: &Arc<Phone>, settings: &Settings) -> EngineBuilder {
    let at_a_time = settings.phone.as_ref().map_or(1, |phone| phone.calls);
    let policy = asks_first()
        .attempt_timeout(CALL_TAKES)
        .within(Admission::considerate_calls())
        .concurrency(ConcurrencyLimit::new(Scope::Channel, at_a_time));
    engine
        .notifier("phone", phone.clone())
        .reconciler("phone", phone.clone())
        .canceller("phone", phone.clone())
        .channel("phone", policy)
}

/// For what Twilio does: it knows what became of an attempt whose answer was lost.
fn asks_first() -> ChannelPolicy {
    ChannelPolicy::new()
        .max_attempts(5)
        .backoff(Backoff::new(TimeDelta::seconds(60)))
        .unknown(UnknownPolicy::Reconcile)
}

/// What is asked of the mail server's certificate.
fn trusting(mail: &Mail) -> Result<TlsParameters, Box<dyn std::error::Error + Send + Sync>> {
    let mut parameters = TlsParameters::builder(mail.host.clone());
    if let Some(file) = &mail.roots {
        let told = |problem: &dyn std::fmt::Display| format!("{}: {problem}", file.display());
        let pem = std::fs::read(file).map_err(|error| told(&error))?;
        // Of anything else lettre reads that there are none.
        if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
            return Err(told(&"no certificate in PEM form").into());
        }
        let roots = Certificate::from_pem(&pem).map_err(|error| told(&error))?;
        parameters = parameters.add_root_certificate(roots);
    }
    Ok(parameters.build()?)
}

fn email(mail: &Mail, words: &Template) -> Result<Email, Box<dyn std::error::Error + Send + Sync>> {
    let tls = match mail.tls {
        Tls::Starttls => SmtpTls::Required(trusting(mail)?),
        Tls::Implicit => SmtpTls::Wrapper(trusting(mail)?),
        Tls::None => SmtpTls::None,
    };
    // Dangerous is only what it begins with, no TLS.
    let mut mailer = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&mail.host)
        .tls(tls)
        .port(mail.port);
    if let (Some(user), Some(password)) = (&mail.user, &mail.password) {
        let password = password.expose().to_owned();
        mailer = mailer.credentials(MailCredentials::new(user.clone(), password));
    }
    let body = match &mail.body {
        Some(body) => body.parse()?,
        None => words.clone(),
    };
    Ok(Email::new(mailer.build(), &mail.from)?
        .subject(mail.subject.parse()?)
        .body(body))
}
