//! What the operator decides: the account, the lines, the people.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use queue_dispatch::AgentId;
use twilio_rest::{Client, Credentials};
use twilio_webhook::{AccountSid, Address, PhoneNumber, PublicUrl};

use crate::database::{DatabaseUrl, DatabaseUrlError};
use crate::dial_plan::{DialPlan, NotDialled};
use crate::one_line;
use crate::service::{self, Service};

/// How long Twilio's API may take for one answer. Phones are rung one after the other, and callers wait.
const API_TIMEOUT: Duration = Duration::from_secs(5);

/// A secret that does not show in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Hides a text from `Debug`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for signing and authenticating.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Someone who answers calls.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rep {
    /// How the queue knows them: their place in the list, from 1.
    pub id: AgentId,
    /// How callers and the timeline know them.
    pub name: String,
    /// The phone they dial in from, and the one that rings: a number, or a client of the account in a browser or an app.
    pub phone: Address,
}

/// Everything but the opening hours.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The Twilio account.
    pub account_sid: AccountSid,
    /// The account's auth token: checks the signatures of webhooks, authenticates REST requests.
    pub auth_token: Secret,
    /// The REST API; `None` for Twilio's own.
    pub rest_url: Option<String>,
    /// Where Twilio reaches this program.
    pub public_url: String,
    /// Where this program listens.
    pub listen: SocketAddr,
    /// The number of the regular line. Calls to reps come from it.
    pub line: PhoneNumber,
    /// The number given to premium customers.
    pub premium_line: Option<PhoneNumber>,
    /// The number that reps dial to take calls; `None`: they answer at the console only.
    pub rep_line: Option<PhoneNumber>,
    /// Who is premium whichever number they dial.
    pub premium_callers: Vec<PhoneNumber>,
    /// Who answers.
    pub reps: Vec<Rep>,
    /// The file with the opening hours; `None` for the built-in ones.
    pub hours: Option<PathBuf>,
    /// Where everything is kept.
    pub database: DatabaseUrl,
    /// How long a caller may wait before every phone rings.
    pub overflow_after: TimeDelta,
    /// How long somebody stays signed in to the console: 12 hours, a long shift.
    pub session_lasts: TimeDelta,
    /// What the sign-in page of the console tells everybody; for a demo.
    pub sign_in_hint: Option<String>,
    /// How callers are served.
    pub service: Service,
}

/// Why the program cannot start with these settings. One clear line each.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// A variable that has no default is not set.
    #[error("{name} is not set: {meaning}")]
    Missing {
        /// The environment variable.
        name: &'static str,
        /// What it is for, with an example.
        meaning: &'static str,
    },
    /// A variable holds something that cannot be used.
    #[error("{name}: {problem}")]
    Invalid {
        /// The environment variable.
        name: &'static str,
        /// What is wrong with which value, and what would be right.
        problem: String,
    },
}

/// A variable of the environment: its name, and what it is for.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Variable {
    /// The name.
    pub name: &'static str,
    /// What it is for, with an example or its default.
    pub meaning: &'static str,
    /// Whether `--serve` needs it.
    pub required: bool,
}

const fn required(name: &'static str, meaning: &'static str) -> Variable {
    Variable {
        name,
        meaning,
        required: true,
    }
}

pub(crate) const fn optional(name: &'static str, meaning: &'static str) -> Variable {
    Variable {
        name,
        meaning,
        required: false,
    }
}

const ACCOUNT: Variable = required(
    "TWILIO_ACCOUNT_SID",
    "the account's SID, AC and 32 hexadecimal digits",
);
const TOKEN: Variable = required("TWILIO_AUTH_TOKEN", "the account's auth token");
const PUBLIC_URL: Variable = required(
    "PHONE_PUBLIC_URL",
    "where Twilio reaches this program, as https://phone.example.com",
);
const LINE: Variable = required(
    "PHONE_LINE",
    "the number of the regular line, as +442079460100",
);
const REPS: Variable = required(
    "PHONE_REPS",
    "who answers, and where, as Ann=+447700900201,Ben=client:ben",
);
const REP_LINE: Variable = optional(
    "PHONE_REP_LINE",
    "the number that agents dial to take calls; default none: they answer at the console only",
);
const PREMIUM_LINE: Variable = optional(
    "PHONE_PREMIUM_LINE",
    "the number given to premium customers; default none",
);
const PREMIUM_CALLERS: Variable = optional(
    "PHONE_PREMIUM_CALLERS",
    "who is premium on any line, as +447700900301,+447700900302; default nobody",
);
const HOURS: Variable = optional(
    "PHONE_HOURS",
    "a file with the opening hours; default the built-in London desk",
);
const DATABASE: Variable = optional(
    "PHONE_DATABASE",
    "what holds everything: postgres://USER:PASSWORD@HOST/DATABASE, an SQLite file, or memory; default phone-system.sqlite3",
);
const LISTEN: Variable = optional(
    "PHONE_LISTEN",
    "the address to listen on; default 127.0.0.1:8080",
);
const REST_URL: Variable = optional(
    "PHONE_REST_URL",
    "another REST API in the place of https://api.twilio.com",
);

impl Settings {
    /// Every variable that `--serve` reads, in the order in which the README lists them.
    pub const VARIABLES: [Variable; 26] = [
        ACCOUNT,
        TOKEN,
        PUBLIC_URL,
        LINE,
        REPS,
        REP_LINE,
        service::REP_PIN,
        PREMIUM_LINE,
        PREMIUM_CALLERS,
        HOURS,
        DATABASE,
        LISTEN,
        REST_URL,
        service::DIALS,
        service::CALL_BACKS,
        service::VOICEMAILS,
        service::CONFIRM,
        service::WRAP_UP,
        service::MUSIC,
        service::RATINGS,
        service::ON_CALL,
        service::DIRECTORY,
        service::DIRECTORY_TOKEN,
        service::MAIL,
        service::MAIL_FROM,
        service::DRAIN,
    ];

    /// Reads the settings of a real account from variables; `look_up` is `std::env::var` in life.
    /// An empty variable counts as not set.
    ///
    /// # Errors
    /// [`SettingsError`] for the first variable that is missing or cannot be used.
    pub fn from_variables(look_up: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        // A blank at an end is never meant, and easily pasted along.
        let get = |variable: Variable| {
            look_up(variable.name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let need = |variable: Variable| {
            get(variable).ok_or(SettingsError::Missing {
                name: variable.name,
                meaning: variable.meaning,
            })
        };
        let public_url = need(PUBLIC_URL)?;
        PublicUrl::at(&public_url).map_err(invalid(PUBLIC_URL))?;
        let settings = Self {
            account_sid: need(ACCOUNT)?.parse().map_err(invalid(ACCOUNT))?,
            auth_token: Secret(need(TOKEN)?),
            rest_url: get(REST_URL),
            public_url,
            listen: Self::listen_address(&look_up)?,
            line: need(LINE)?.parse().map_err(invalid(LINE))?,
            premium_line: get(PREMIUM_LINE)
                .map(|text| text.parse())
                .transpose()
                .map_err(invalid(PREMIUM_LINE))?,
            rep_line: get(REP_LINE)
                .map(|text| text.parse())
                .transpose()
                .map_err(invalid(REP_LINE))?,
            premium_callers: list(&get(PREMIUM_CALLERS).unwrap_or_default())
                .map(str::parse)
                .collect::<Result<_, _>>()
                .map_err(invalid(PREMIUM_CALLERS))?,
            reps: reps(&need(REPS)?)?,
            hours: get(HOURS).map(PathBuf::from),
            database: Self::database_from_variables(&look_up)?,
            overflow_after: TimeDelta::minutes(3),
            session_lasts: TimeDelta::hours(12),
            sign_in_hint: None,
            service: Service::from_variables(get)?,
        };
        // Anybody can show a number that is not theirs, so to ask for nothing else must be somebody's decision.
        if settings.rep_line.is_some() {
            need(service::REP_PIN)?;
        }
        settings.check()
    }

    /// Where everything is kept, by the environment.
    ///
    /// # Errors
    /// [`SettingsError::Invalid`] if that names no database.
    pub fn database_from_variables(
        look_up: impl Fn(&str) -> Option<String>,
    ) -> Result<DatabaseUrl, SettingsError> {
        let named = look_up(DATABASE.name);
        let named = named
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        named
            .map_or_else(
                || Ok(DatabaseUrl::File("phone-system.sqlite3".into())),
                str::parse,
            )
            .map_err(|error: DatabaseUrlError| SettingsError::Invalid {
                name: DATABASE.name,
                problem: one_line(&error),
            })
    }

    /// Reads alone where the program listens.
    ///
    /// # Errors
    /// [`SettingsError::Invalid`] for what is no address.
    pub fn listen_address(
        look_up: impl Fn(&str) -> Option<String>,
    ) -> Result<SocketAddr, SettingsError> {
        let text = look_up(LISTEN.name).unwrap_or_default();
        match text.trim() {
            "" => Ok(([127, 0, 0, 1], 8080).into()),
            text => text.parse().map_err(|_| SettingsError::Invalid {
                name: LISTEN.name,
                problem: format!(
                    "{text:?} is no address: expected an IP address and a port, as 127.0.0.1:8080"
                ),
            }),
        }
    }

    /// A client of the account's REST API.
    ///
    /// # Errors
    /// When it cannot work with these settings.
    pub fn twilio(&self) -> Result<Client, twilio_rest::ConfigError> {
        let credentials = Credentials::auth_token(self.auth_token.expose());
        let client = Client::builder(self.account_sid, credentials).timeout(API_TIMEOUT);
        match &self.rest_url {
            Some(url) => client.base_url(url).build(),
            None => client.build(),
        }
    }

    /// Refuses numbers that stand for two things.
    fn check(self) -> Result<Self, SettingsError> {
        let lines = [
            (Some(&self.line), LINE.name),
            (self.rep_line.as_ref(), REP_LINE.name),
            (self.premium_line.as_ref(), PREMIUM_LINE.name),
        ];
        let lines = lines
            .into_iter()
            .filter_map(|(number, name)| Some((number?.to_string(), name)));
        let reps = self
            .reps
            .iter()
            .map(|rep| (rep.phone.to_string(), REPS.name));
        let mut seen: Vec<(String, &'static str)> = Vec::new();
        for (number, name) in lines.chain(reps) {
            if let Some((_, other)) = seen.iter().find(|(taken, _)| *taken == number) {
                let problem = format!(
                    "{number} is in {other} too: each line and each agent needs a number of its own"
                );
                return Err(SettingsError::Invalid { name, problem });
            }
            seen.push((number, name));
        }
        let reps = self.reps.iter().filter_map(|rep| rep.phone.phone());
        let reps = reps.map(|number| (number, REPS));
        let on_call = self.service.on_call.people.iter();
        let on_call = on_call.filter_map(|person| Some((person.phone.as_ref()?, service::ON_CALL)));
        for (number, variable) in reps.chain(on_call) {
            self.may_dial(number).map_err(|error| match &error {
                NotDialled::OwnLine(_) => invalid(variable)(error.to_string()),
                NotDialled::NotPermitted { .. } => {
                    invalid(variable)(format!("{error} {} says so.", service::DIALS.name))
                }
            })?;
        }
        Ok(self)
    }

    /// Whether this program calls a number at all, and sends messages to it.
    ///
    /// # Errors
    /// [`NotDialled`]: why not.
    pub fn may_dial(&self, number: &PhoneNumber) -> Result<(), NotDialled> {
        if self.lines().any(|line| line == number) {
            return Err(NotDialled::OwnLine(number.clone()));
        }
        let plan = self.service.dials.clone();
        let plan = plan.unwrap_or_else(|| DialPlan::countries_of(self.lines()));
        match plan.permits(number) {
            true => Ok(()),
            false => Err(NotDialled::NotPermitted {
                number: number.clone(),
                plan,
            }),
        }
    }

    /// Our own numbers.
    fn lines(&self) -> impl Iterator<Item = &PhoneNumber> {
        let others = [self.premium_line.as_ref(), self.rep_line.as_ref()];
        [Some(&self.line)].into_iter().chain(others).flatten()
    }

    /// The rep with this id.
    #[must_use]
    pub fn rep(&self, id: AgentId) -> Option<&Rep> {
        self.reps.iter().find(|rep| rep.id == id)
    }
}

fn invalid<E: fmt::Display>(variable: Variable) -> impl Fn(E) -> SettingsError {
    move |error| SettingsError::Invalid {
        name: variable.name,
        problem: error.to_string(),
    }
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// A phone number, or `client:IDENTITY`.
fn address(text: &str) -> Result<Address, String> {
    let Some(identity) = text.strip_prefix("client:") else {
        return text
            .parse()
            .map(Address::Phone)
            .map_err(|error: twilio_webhook::PhoneNumberError| error.to_string());
    };
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._-@".contains(letter);
    if identity.is_empty() || !identity.chars().all(plain) {
        return Err(format!(
            "{text:?} names no client: expected client: and letters, digits, `.`, `_`, `-` or `@`"
        ));
    }
    Ok(Address::Client(identity.to_owned()))
}

fn reps(text: &str) -> Result<Vec<Rep>, SettingsError> {
    let mut reps: Vec<Rep> = Vec::new();
    for (id, item) in (1..).zip(list(text)) {
        let problem = |problem: String| SettingsError::Invalid {
            name: REPS.name,
            problem,
        };
        let (name, phone) = item.split_once('=').ok_or_else(|| {
            problem(format!(
                "{item:?} has no `=`: expected NAME=NUMBER, as Ann=+447700900201"
            ))
        })?;
        let phone = address(phone.trim()).map_err(|why| problem(format!("{name}: {why}")))?;
        let name = name.trim();
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err(problem(format!(
                "{item:?} needs a name before the `=`, in one line"
            )));
        }
        reps.push(Rep {
            id: AgentId::new(id),
            name: name.to_owned(),
            phone,
        });
    }
    if reps.is_empty() {
        return Err(SettingsError::Missing {
            name: REPS.name,
            meaning: REPS.meaning,
        });
    }
    Ok(reps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(change: (&'static str, &'static str)) -> impl Fn(&str) -> Option<String> {
        let good = [
            ("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000001"),
            ("TWILIO_AUTH_TOKEN", "do not print me"),
            ("PHONE_PUBLIC_URL", "https://phone.example.com"),
            ("PHONE_LINE", "+442079460100"),
            ("PHONE_REP_LINE", "+442079460200"),
            ("PHONE_REP_PIN", "246802"),
            ("PHONE_REPS", "Ann=+447700900201, Ben = +447700900202"),
        ];
        move |name| {
            if name == change.0 {
                return Some(change.1.to_owned());
            }
            good.iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        }
    }

    #[test]
    fn a_full_set_is_read_and_the_secret_stays_hidden() {
        let settings =
            Settings::from_variables(variables(("PHONE_LISTEN", "0.0.0.0:9000"))).unwrap();
        assert_eq!(settings.listen, ([0, 0, 0, 0], 9000).into());
        assert_eq!(settings.reps[1].name, "Ben");
        assert_eq!(settings.rep(AgentId::new(2)), Some(&settings.reps[1]));
        assert!(!format!("{settings:?}").contains("print me"));
    }

    #[test]
    fn a_rep_may_answer_in_a_browser() {
        let reps = ("PHONE_REPS", "Ann=+447700900201,Ben=client:ben@desk-2");
        let settings = Settings::from_variables(variables(reps)).unwrap();
        assert_eq!(settings.reps[1].phone.to_string(), "client:ben@desk-2");
    }

    #[test]
    fn without_a_number_for_reps_no_pin_is_asked_for() {
        let none = ["PHONE_REP_LINE", "PHONE_REP_PIN"];
        let others = variables(("", ""));
        let settings =
            Settings::from_variables(|name| others(name).filter(|_| !none.contains(&name)))
                .unwrap();
        assert_eq!(settings.rep_line, None);
    }

    #[test]
    fn our_own_country_is_called_unless_others_are_named() {
        let settings = Settings::from_variables(variables(("", ""))).unwrap();
        let may =
            |settings: &Settings, number: &str| settings.may_dial(&number.parse().unwrap()).is_ok();
        assert!(may(&settings, "+447700900301"));
        assert!(!may(&settings, "+353209100000"));
        assert!(!may(&settings, "+442079460100"), "our own line");
        let others = variables(("PHONE_DIALS", "+44,+353"));
        assert!(may(
            &Settings::from_variables(others).unwrap(),
            "+353209100000"
        ));
    }

    #[test]
    fn each_mistake_is_one_line_that_names_the_variable_and_the_value() {
        for (name, value, says) in [
            ("TWILIO_ACCOUNT_SID", "AC12", "AC12"),
            ("TWILIO_AUTH_TOKEN", "", "not set"),
            ("PHONE_PUBLIC_URL", "phone.example.com", "phone.example.com"),
            ("PHONE_LINE", "020 7946 0100", "020 7946 0100"),
            ("PHONE_PREMIUM_LINE", "+0", "+0"),
            ("PHONE_PREMIUM_CALLERS", "+447700900301,none", "none"),
            ("PHONE_REPS", "Ann", "Ann"),
            ("PHONE_REPS", "Ann=client:", "names no client"),
            ("PHONE_REPS", "Ann=client:ann smith", "ann smith"),
            (
                "PHONE_REPS",
                "Ann=+447700900201,Ben=+447700900201",
                "+447700900201 is in PHONE_REPS too",
            ),
            ("PHONE_REPS", " , ", "not set"),
            ("PHONE_REPS", "Ann=+353209100000", "Calls to +353209100000"),
            ("PHONE_ON_CALL", "Dora=+12025550123", "Allowed: +44"),
            ("PHONE_ON_CALL", "Dora=+442079460200", "our own lines"),
            ("PHONE_REP_LINE", "02079460200", "02079460200"),
            ("PHONE_REP_PIN", "", "not set"),
            ("PHONE_LISTEN", "localhost", "localhost"),
            ("PHONE_DATABASE", "mysql://db.example/phones", "mysql://"),
        ] {
            let error = Settings::from_variables(variables((name, value)))
                .unwrap_err()
                .to_string();
            assert!(error.contains(name) && error.contains(says), "{error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }
}
