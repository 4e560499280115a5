//! How callers are served: what an operator may choose beside the account, the lines and the people.

use std::time::Duration;

use chrono::TimeDelta;

use crate::dial_plan::{DialPlan, DialPlanError};
use crate::on_call::{OnCall, OnCallPerson};
use crate::settings::{Secret, SettingsError, Variable, optional};

/// How callers are served. Every choice has a default.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Service {
    /// What reps who dial in key in before they get a call. Default nothing: the number that they show is enough, which
    /// is well for a demonstration only.
    pub rep_pin: Option<Secret>,
    /// Which numbers are called, and written to. Default those of the countries that our own lines are in.
    pub dials: Option<DialPlan>,
    /// How many callers may be promised a call at the same time. Default 100.
    pub call_backs: usize,
    /// How many messages may wait to be heard before no more are taken. As many that were heard are kept. Default 200.
    pub voicemails: usize,
    /// Whether an agent who has pressed Answer on the console presses a key of their phone, too: where a mailbox may pick
    /// up. Default no.
    pub confirm: bool,
    /// How long a caller is offered to an agent on the console before the next one is asked. Default 20 s.
    pub answer_within: TimeDelta,
    /// Time after each call in which an agent on the console gets no other. Default 30 s.
    pub wrap_up: TimeDelta,
    /// What those who wait hear between two words on their place: the URL of a sound of up to half a minute. Default our own
    /// music.
    pub music: Option<String>,
    /// Whether callers are asked by SMS how it went. Default no.
    pub ratings: bool,
    /// Who is told when every phone has rung in vain. Default nobody.
    pub on_call: OnCall,
    /// Where callers are looked up: an address with `{number}` in it, see
    /// [`HttpDirectory`](crate::directory::HttpDirectory). Default nowhere.
    pub directory: Option<String>,
    /// What the directory wants to see, if anything.
    pub directory_token: Option<Secret>,
    /// The server that takes e-mail, as `smtps://user:password@mail.example.com`. Default none: nobody is written to.
    pub mail: Option<Secret>,
    /// Whom e-mail comes from.
    pub mail_from: Option<String>,
    /// How long a server that is to end still takes requests, while it says that it wants none. Default not at all: a
    /// balancer that asks for `/readyz` needs that long to notice.
    pub drain: Duration,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            rep_pin: None,
            dials: None,
            call_backs: 100,
            voicemails: 200,
            confirm: false,
            answer_within: TimeDelta::seconds(20),
            wrap_up: TimeDelta::seconds(30),
            music: None,
            ratings: false,
            on_call: OnCall::default(),
            directory: None,
            directory_token: None,
            mail: None,
            mail_from: None,
            drain: Duration::ZERO,
        }
    }
}

pub(crate) const REP_PIN: Variable = optional(
    "PHONE_REP_PIN",
    "what agents key in when they have dialled PHONE_REP_LINE, 6 to 10 digits; or none: the number they show is enough, which anybody can forge; needed with PHONE_REP_LINE",
);
pub(crate) const DIALS: Variable = optional(
    "PHONE_DIALS",
    "which numbers are called and written to, by how they begin, as +44,+353,!+449 (not +449…), or + for any; default the countries of our own lines",
);
pub(crate) const CALL_BACKS: Variable = optional(
    "PHONE_CALL_BACKS",
    "how many callers may be promised a call at the same time, 0 for none; default 100",
);
pub(crate) const VOICEMAILS: Variable = optional(
    "PHONE_VOICEMAILS",
    "how many messages may wait to be heard before no more are taken, 0 for none; default 200",
);
pub(crate) const CONFIRM: Variable = optional(
    "PHONE_CONFIRM",
    "yes: an agent whose number is rung after Answer presses a key, for a mailbox may pick up; default no",
);
pub(crate) const WRAP_UP: Variable = optional(
    "PHONE_WRAP_UP",
    "seconds after each call in which an agent gets no other; default 30",
);
pub(crate) const MUSIC: Variable = optional(
    "PHONE_MUSIC",
    "the URL of what those who wait hear, a sound of up to half a minute; default music of our own",
);
pub(crate) const RATINGS: Variable = optional(
    "PHONE_RATINGS",
    "yes: callers are asked by SMS how it went; default no",
);
pub(crate) const ON_CALL: Variable = optional(
    "PHONE_ON_CALL",
    "who is told when every phone has rung in vain, in order, as Dora=+447700900401;dora@example.com,Eve=+447700900402; default nobody",
);
pub(crate) const DIRECTORY: Variable = optional(
    "PHONE_DIRECTORY",
    "where callers are looked up, as https://crm.example.com/callers/{number}; default nowhere",
);
pub(crate) const DIRECTORY_TOKEN: Variable = optional(
    "PHONE_DIRECTORY_TOKEN",
    "the bearer token for PHONE_DIRECTORY; default none",
);
pub(crate) const MAIL: Variable = optional(
    "PHONE_MAIL",
    "the server that takes e-mail to people on call, as smtps://user:password@mail.example.com; default none",
);
pub(crate) const MAIL_FROM: Variable = optional(
    "PHONE_MAIL_FROM",
    "whom that e-mail comes from, as Phones <phones@example.com>; needed with PHONE_MAIL",
);

pub(crate) const DRAIN: Variable = optional(
    "PHONE_DRAIN",
    "seconds for which a server that is to end still takes requests, while its /readyz says 503; default 0",
);

impl Service {
    /// Reads what is chosen in variables, of which `get` has no empty ones.
    pub(crate) fn from_variables(
        get: impl Fn(Variable) -> Option<String>,
    ) -> Result<Self, SettingsError> {
        let default = Self::default();
        let wrong = |variable: Variable, problem: String| SettingsError::Invalid {
            name: variable.name,
            problem,
        };
        let seconds = |variable| {
            get(variable)
                .map(|text| match text.parse::<u32>() {
                    Ok(seconds) if seconds <= 3_600 => Ok(seconds),
                    _ => Err(wrong(
                        variable,
                        format!("{text:?} is no number of seconds up to 3600"),
                    )),
                })
                .transpose()
        };
        let rep_pin = match get(REP_PIN).as_deref() {
            None | Some("none") => None,
            Some(digits) if is_pin(digits) => Some(Secret::new(digits)),
            // What is wrong with it may be close to what is right.
            Some(_) => {
                return Err(wrong(
                    REP_PIN,
                    "this is neither 6 to 10 digits nor none".to_owned(),
                ));
            }
        };
        let dials = get(DIALS).map(|text| text.parse()).transpose();
        let dials = dials.map_err(|error: DialPlanError| wrong(DIALS, error.to_string()))?;
        let wrap_up = seconds(WRAP_UP)?.map(|seconds| TimeDelta::seconds(seconds.into()));
        let drain = seconds(DRAIN)?.map(|seconds| Duration::from_secs(seconds.into()));
        let count = |variable, default| match get(variable) {
            None => Ok(default),
            Some(text) => match text.parse::<u16>() {
                Ok(count) if count <= 10_000 => Ok(count.into()),
                _ => Err(wrong(
                    variable,
                    format!("{text:?} is no number up to 10000"),
                )),
            },
        };
        let yes = |variable| match get(variable).as_deref() {
            None | Some("no") => Ok(false),
            Some("yes") => Ok(true),
            Some(other) => Err(wrong(variable, format!("{other:?} is neither yes nor no"))),
        };
        if get(MAIL).is_some() && get(MAIL_FROM).is_none() {
            return Err(SettingsError::Missing {
                name: MAIL_FROM.name,
                meaning: MAIL_FROM.meaning,
            });
        }
        let people = get(ON_CALL).unwrap_or_default();
        let people = people
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty());
        let people = people.map(person).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            rep_pin,
            dials,
            call_backs: count(CALL_BACKS, default.call_backs)?,
            voicemails: count(VOICEMAILS, default.voicemails)?,
            confirm: yes(CONFIRM)?,
            wrap_up: wrap_up.unwrap_or(default.wrap_up),
            drain: drain.unwrap_or(default.drain),
            answer_within: default.answer_within,
            music: get(MUSIC),
            ratings: yes(RATINGS)?,
            on_call: OnCall {
                people: people.map_err(|problem| wrong(ON_CALL, problem))?,
                ..default.on_call
            },
            directory: get(DIRECTORY),
            directory_token: get(DIRECTORY_TOKEN).map(Secret::new),
            mail: get(MAIL).map(Secret::new),
            mail_from: get(MAIL_FROM),
        })
    }
}

fn is_pin(text: &str) -> bool {
    (6..=10).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit())
}

/// `Dora=+447700900401;dora@example.com`: a name, and a number or an e-mail address or both.
fn person(item: &str) -> Result<OnCallPerson, String> {
    let bad = || {
        format!("{item:?} is nobody: expected NAME=+NUMBER, NAME=ADDRESS or NAME=+NUMBER;ADDRESS")
    };
    let (name, ways) = item.split_once('=').ok_or_else(bad)?;
    let mut person = OnCallPerson {
        name: name.trim().to_owned(),
        phone: None,
        email: None,
    };
    for way in ways.split(';').map(str::trim) {
        if way.contains('@') && person.email.is_none() {
            person.email = Some(way.to_owned());
        } else if person.phone.is_none() {
            person.phone = Some(way.parse().map_err(|error| format!("{item:?}: {error}"))?);
        } else {
            return Err(bad());
        }
    }
    match person.name.is_empty() {
        true => Err(bad()),
        false => Ok(person),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: &str) -> Result<Service, SettingsError> {
        Service::from_variables(|variable| (variable.name == name).then(|| value.to_owned()))
    }

    #[test]
    fn choices_are_read() {
        assert_eq!(
            read("PHONE_WRAP_UP", "0").unwrap().wrap_up,
            TimeDelta::zero()
        );
        assert_eq!(
            read("PHONE_DRAIN", "7").unwrap().drain,
            Duration::from_secs(7)
        );
        assert!(read("PHONE_RATINGS", "yes").unwrap().ratings);
        assert!(read("PHONE_CONFIRM", "yes").unwrap().confirm);
        assert_eq!(read("PHONE_VOICEMAILS", "20").unwrap().voicemails, 20);
        let people = "Dora=+447700900401;dora@example.com, Eve = +447700900402,Fay=fay@example.com";
        let people = read("PHONE_ON_CALL", people).unwrap().on_call.people;
        assert_eq!(people.len(), 3);
        assert_eq!(people[0].email.as_deref(), Some("dora@example.com"));
        assert_eq!((people[1].name.as_str(), &people[1].email), ("Eve", &None));
        assert_eq!(people[2].phone, None);
        assert_eq!(read("PHONE_CALL_BACKS", "0").unwrap().call_backs, 0);
        let pin = read("PHONE_REP_PIN", "246802").unwrap();
        assert_eq!(pin.rep_pin, Some(Secret::new("246802")));
        assert!(!format!("{pin:?}").contains("246802"));
        assert_eq!(read("PHONE_REP_PIN", "none").unwrap().rep_pin, None);
        let token = read("PHONE_DIRECTORY_TOKEN", "print me").unwrap();
        assert!(!format!("{token:?}").contains("print me"));
    }

    #[test]
    fn each_mistake_names_the_variable_and_the_value() {
        for (name, value) in [
            ("PHONE_WRAP_UP", "soon"),
            ("PHONE_WRAP_UP", "-1"),
            ("PHONE_WRAP_UP", "99999999999"),
            ("PHONE_DRAIN", "1.5"),
            ("PHONE_RATINGS", "perhaps"),
            ("PHONE_REP_PIN", "12345"),
            ("PHONE_REP_PIN", "12345678901"),
            ("PHONE_REP_PIN", "12a456"),
            ("PHONE_DIALS", "44"),
            ("PHONE_CALL_BACKS", "-1"),
            ("PHONE_CALL_BACKS", "10001"),
            ("PHONE_VOICEMAILS", "many"),
            ("PHONE_CONFIRM", "1"),
            ("PHONE_ON_CALL", "Dora"),
            ("PHONE_ON_CALL", "=+447700900401"),
            ("PHONE_ON_CALL", "Dora=07700"),
            ("PHONE_ON_CALL", "Dora=a@b;c@d;e@f"),
        ] {
            let error = read(name, value).unwrap_err().to_string();
            assert!(error.contains(name) && !error.contains('\n'), "{error}");
        }
        let error = read("PHONE_MAIL", "smtps://mail.example.com").unwrap_err();
        assert!(error.to_string().contains("PHONE_MAIL_FROM"), "{error}");
    }
}
