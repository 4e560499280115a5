//! What the service is told: a TOML file, the environment above it, and nothing else.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use escalation_core::CallerIds;
use serde::Deserialize;
use toml::{Table, Value};

use crate::variables::{Kind, VARIABLES, Variable};

/// All settings, as the file has them.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Settings {
    pub(crate) database: String,
    pub(crate) listen: SocketAddr,
    pub(crate) token: Option<Secret>,
    pub(crate) installation: Option<String>,
    pub(crate) profile: ProfileName,
    pub(crate) deliveries: usize,
    pub(crate) message: String,
    pub(crate) console: bool,
    pub(crate) phone: Option<Phone>,
    pub(crate) sms: Option<Sms>,
    pub(crate) twilio: Option<Twilio>,
    pub(crate) mail: Option<Mail>,
    pub(crate) pubnub: Option<PubNub>,
    pub(crate) webhook: Option<Webhook>,
    pub(crate) sqs: Option<Sqs>,
}

/// How strictly requests are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ProfileName {
    #[default]
    Strict,
    Compat,
}

/// The account that calls and texts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Twilio {
    pub(crate) account: String,
    pub(crate) token: Secret,
    #[serde(default = "twilio_api")]
    pub(crate) api: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Phone {
    pub(crate) caller_ids: CallerIds,
    /// TwiML of the host's own, instead of words and keys.
    pub(crate) url: Option<String>,
    /// Where Twilio reaches this service: then a key acknowledges.
    pub(crate) public_url: Option<String>,
    #[serde(default = "three")]
    pub(crate) calls: u32,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Sms {
    pub(crate) senders: CallerIds,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Mail {
    pub(crate) host: String,
    #[serde(default = "submission")]
    pub(crate) port: u16,
    #[serde(default)]
    pub(crate) tls: Tls,
    /// A PEM file.
    pub(crate) roots: Option<PathBuf>,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<Secret>,
    pub(crate) from: String,
    #[serde(default = "subject")]
    pub(crate) subject: String,
    pub(crate) body: Option<String>,
}

/// How a mail server is spoken to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tls {
    #[default]
    Starttls,
    Implicit,
    None,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PubNub {
    pub(crate) publish_key: String,
    pub(crate) subscribe_key: String,
    pub(crate) user: Option<String>,
    pub(crate) token: Option<Secret>,
    pub(crate) service: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Webhook {
    pub(crate) secret: Secret,
    pub(crate) url: Option<String>,
    #[serde(default)]
    pub(crate) allow: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Sqs {
    pub(crate) queue: String,
    #[serde(default = "three_seconds")]
    pub(crate) wait: u64,
}

/// A password or token: never shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            database: "escalations.db".to_owned(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            token: None,
            installation: None,
            profile: ProfileName::default(),
            deliveries: 32,
            message: "You are wanted: {process}".to_owned(),
            console: false,
            phone: None,
            sms: None,
            twilio: None,
            mail: None,
            pubnub: None,
            webhook: None,
            sqs: None,
        }
    }
}

fn twilio_api() -> String {
    "https://api.twilio.com".to_owned()
}

fn subject() -> String {
    "{process} wants you".to_owned()
}

const fn three() -> u32 {
    3
}

const fn three_seconds() -> u64 {
    3
}

const fn submission() -> u16 {
    587
}

/// What is wrong with the settings.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error("{file}: {source}")]
    File {
        file: String,
        source: std::io::Error,
    },
    #[error("{file}: {source}")]
    Toml {
        file: String,
        source: Box<toml::de::Error>,
    },
    #[error("{name}: {problem}")]
    Variable { name: &'static str, problem: String },
    #[error("`{section}` is a value in the file, and {name} needs it to be a section")]
    NoSection { section: String, name: &'static str },
    #[error("the settings do not fit together: {0}")]
    Together(Box<toml::de::Error>),
    #[error("the sections `phone` and `sms` need `twilio`: account and token")]
    NoTwilio,
    #[error("mail: a log-in needs both `user` and `password`; leave out both for none")]
    HalfALogIn,
    #[error(
        "mail: the password would go to {host} for everybody to read: set `tls` to starttls or implicit"
    )]
    OpenLogIn { host: String },
    #[error("the token is blank: choose one that nobody guesses, or leave it out")]
    BlankToken,
    #[error("listening on {0} lets others in: set ESCALATION_TOKEN, or listen on 127.0.0.1")]
    Open(SocketAddr),
}

impl Settings {
    /// Reads the file, if there is one, and what the environment says above it.
    pub(crate) fn load(
        file: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SettingsError> {
        let mut table = match file {
            Some(file) => read(file)?,
            None => Table::new(),
        };
        for variable in VARIABLES {
            if let Some(text) = environment(variable.name).filter(|text| !text.is_empty()) {
                put(&mut table, variable, &text)?;
            }
        }
        let settings: Self = table
            .try_into()
            .map_err(|error| SettingsError::Together(Box::new(error)))?;
        if settings.twilio.is_none() && (settings.phone.is_some() || settings.sms.is_some()) {
            return Err(SettingsError::NoTwilio);
        }
        let log_in = |mail: &Mail| (mail.user.is_some(), mail.password.is_some());
        if let Some((true, false) | (false, true)) = settings.mail.as_ref().map(log_in) {
            return Err(SettingsError::HalfALogIn);
        }
        if let Some(mail) = &settings.mail
            && (mail.tls, mail.password.is_some()) == (Tls::None, true)
            && !is_loopback(&mail.host)
        {
            let host = mail.host.clone();
            return Err(SettingsError::OpenLogIn { host });
        }
        let token = settings.token.as_ref().map(|token| token.expose().trim());
        if token == Some("") {
            return Err(SettingsError::BlankToken);
        }
        if settings.token.is_none() && !settings.listen.ip().is_loopback() {
            return Err(SettingsError::Open(settings.listen));
        }
        Ok(settings)
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
}

fn read(path: &Path) -> Result<Table, SettingsError> {
    let file = path.display().to_string();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(source) => return Err(SettingsError::File { file, source }),
    };
    // Read as settings first, so that a mistake is told with its line.
    let problem = |source| SettingsError::Toml {
        file,
        source: Box::new(source),
    };
    toml::from_str::<Settings>(&text)
        .and_then(|_| toml::from_str(&text))
        .map_err(problem)
}

fn put(table: &mut Table, variable: &Variable, text: &str) -> Result<(), SettingsError> {
    let name = variable.name;
    let wrong = |problem: String| SettingsError::Variable { name, problem };
    let value = match variable.kind {
        Kind::Text => Value::String(text.to_owned()),
        Kind::Number => Value::Integer(
            text.parse()
                .map_err(|_| wrong(format!("`{text}` is no whole number")))?,
        ),
        Kind::Truth => Value::Boolean(
            text.parse()
                .map_err(|_| wrong(format!("`{text}` is neither true nor false")))?,
        ),
        Kind::Json => serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?,
    };
    let (section, key) = match variable.key.split_once('.') {
        None => (table, variable.key),
        Some((section, key)) => {
            let entry = table.entry(section).or_insert_with(|| Table::new().into());
            let Value::Table(section) = entry else {
                let section = section.to_owned();
                return Err(SettingsError::NoSection { section, name });
            };
            (section, key)
        }
    };
    section.insert(key.to_owned(), value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loaded(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
        let find = |name: &str| {
            let pair = pairs.iter().find(|(known, _)| *known == name);
            pair.map(|(_, value)| (*value).to_owned())
        };
        Settings::load(None, find)
    }

    /// Each variable has a place in the file, and a value of its kind is taken there.
    #[test]
    fn every_variable_is_read() {
        let value = |variable: &Variable| match (variable.kind_name(), variable.key) {
            ("number", _) => "7",
            ("truth", _) => "true",
            ("json", "webhook.allow") => r#"["https://hooks.example.com/"]"#,
            ("json", _) => r#"{"default": "+1555"}"#,
            (_, "listen") => "127.0.0.1:9",
            (_, "profile") => "compat",
            (_, "mail.tls") => "implicit",
            _ => "text",
        };
        let all: Vec<_> = VARIABLES.iter().map(|v| (v.name, value(v))).collect();
        let settings = loaded(&all).unwrap();
        assert_eq!(settings.mail.as_ref().unwrap().port, 7);
        assert_eq!(settings.profile, ProfileName::Compat);
        let shown = format!("{settings:?}");
        assert!(shown.contains("caller_ids"), "{shown}");
        for secret in [
            "twilio.token",
            "mail.password",
            "pubnub.token",
            "webhook.secret",
            "token",
        ] {
            let variable = VARIABLES.iter().find(|v| v.key == secret).unwrap();
            let settings = loaded(&[&all[..], &[(variable.name, "hunter2")]].concat());
            assert!(!format!("{settings:?}").contains("hunter2"), "{secret}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        for (pairs, told) in [
            (vec![("ESCALATION_LISTEN", "0.0.0.0:80")], "lets others in"),
            (vec![("ESCALATION_LISTEN", "here")], "listen"),
            (vec![("ESCALATION_TOKEN", " ")], "the token is blank"),
            (
                vec![("ESCALATION_DELIVERIES", "many")],
                "ESCALATION_DELIVERIES: `many` is no whole number",
            ),
            (
                vec![("ESCALATION_PHONE_CALLER_IDS", "{")],
                "ESCALATION_PHONE_CALLER_IDS: ",
            ),
            (vec![("ESCALATION_PHONE_CALLER_IDS", "{}")], "need `twilio`"),
            (
                vec![("ESCALATION_MAIL_HOST", "mail")],
                "missing field `from`",
            ),
        ] {
            let error = loaded(&pairs).unwrap_err().to_string();
            assert!(error.contains(told), "{pairs:?}: {error}");
        }
    }

    impl Variable {
        fn kind_name(&self) -> &'static str {
            match self.kind {
                Kind::Text => "text",
                Kind::Number => "number",
                Kind::Truth => "truth",
                Kind::Json => "json",
            }
        }
    }
}
