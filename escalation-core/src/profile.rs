//! How strictly a request from outside is read.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::{Channel, Notification, RequestError, When};

/// Which requests are accepted.
///
/// Both profiles refuse what could not be kept faithfully: an `at` that is missing or no number,
/// an id that is no text or too long, a channel that nobody serves.
///
/// | | [`compat`](Self::compat) | [`strict`](Self::strict) |
/// | --- | --- | --- |
/// | blank `process-id` | accepted | refused |
/// | `at` | any number, rounded up to the second | a whole number above 0 |
/// | the channel's own field (`phone-number`, …) | may be missing | must be there and not blank |
/// | the form of `email` | any | `local@domain.tld` |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    rules: Rules,
    channels: BTreeSet<Channel>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rules {
    Compat,
    Strict,
}

impl Profile {
    /// What the original escalation component accepts: hardly anything is checked.
    #[must_use]
    pub fn compat() -> Self {
        Self::with_rules(Rules::Compat)
    }

    /// What the original component's specification asks for, and the same for `pubnub`.
    #[must_use]
    pub fn strict() -> Self {
        Self::with_rules(Rules::Strict)
    }

    fn with_rules(rules: Rules) -> Self {
        Self {
            rules,
            channels: [Channel::PHONE, Channel::EMAIL, Channel::PUBNUB].into(),
        }
    }

    /// Accepts one more channel than `phone`, `email` and `pubnub`.
    #[must_use]
    pub fn allow(mut self, channel: Channel) -> Self {
        self.channels.insert(channel);
        self
    }

    pub(crate) fn check_process_id(&self, id: &str) -> Result<(), RequestError> {
        if self.rules == Rules::Strict && id.trim().is_empty() {
            return Err(RequestError::Field {
                field: "process-id".into(),
                found: format!("{id:?}"),
                wanted: "a text that is not blank",
            });
        }
        Ok(())
    }

    /// Reads the notification at `index` of a list, which is at `path` of a request.
    pub(crate) fn notification(
        &self,
        index: usize,
        path: &str,
        fields: &Map<String, Value>,
    ) -> Result<Notification, RequestError> {
        let field = |name: &str| format!("{path}.{name}");
        let wrong = |name: &str, wanted: &'static str| RequestError::Field {
            field: field(name),
            found: shown(fields.get(name)),
            wanted,
        };

        let channel = fields.get("channel").and_then(Value::as_str);
        let known = channel.is_some_and(|name| self.channels.iter().any(|c| c.as_str() == name));
        if !known {
            return Err(wrong("channel", "a channel that this service delivers to"));
        }
        match (fields.get("at"), fields.get("after")) {
            (Some(Value::Number(at)), None) => {
                let whole = at.is_i64() && at.as_i64().is_some_and(|at| at > 0);
                if self.rules == Rules::Strict && !whole {
                    return Err(wrong("at", "a whole number of seconds since 1970, above 0"));
                }
            }
            (None, Some(Value::Number(after))) => {
                if after.as_f64().is_none_or(|after| after < 0.0) {
                    return Err(wrong("after", "a number of seconds, 0 or more"));
                }
            }
            (None, Some(_)) => return Err(wrong("after", "a number of seconds, 0 or more")),
            (Some(_), Some(_)) => return Err(wrong("after", "either `at` or `after`, not both")),
            (_, None) => return Err(wrong("at", "a number of seconds since 1970")),
        }
        for name in [
            "phone-number",
            "email",
            "pubnub-channel",
            "bundle",
            "template",
        ] {
            if fields
                .get(name)
                .is_some_and(|v| !v.is_string() && !v.is_null())
            {
                return Err(wrong(name, "a text"));
            }
        }

        let read: Notification =
            serde_json::from_value(Value::Object(fields.clone())).map_err(|source| {
                RequestError::Notification {
                    index,
                    source: source.into(),
                }
            })?;
        match self.rules {
            Rules::Compat => Ok(rounded_up(read)),
            Rules::Strict => {
                let (name, value) = match read.channel().as_str() {
                    "phone" => ("phone-number", read.phone_number()),
                    "email" => ("email", read.email()),
                    "pubnub" => ("pubnub-channel", read.pubnub_channel()),
                    _ => return Ok(read),
                };
                if value.is_none_or(|value| value.trim().is_empty()) {
                    return Err(wrong(name, "a text that is not blank"));
                }
                if name == "email" && !value.is_some_and(is_email_address) {
                    return Err(wrong(name, "an address of the form local@domain.tld"));
                }
                Ok(read)
            }
        }
    }
}

/// The original compares whole seconds, so a fraction waits for the next one (100.5 is due at 101).
fn rounded_up(notification: Notification) -> Notification {
    let When::At(at) = notification.when() else {
        return notification;
    };
    let (seconds, micros) = (at.timestamp(), at.timestamp_subsec_micros());
    if micros == 0 {
        return notification;
    }
    match chrono::DateTime::from_timestamp(seconds + 1, 0) {
        Some(at) => notification.with_when(When::At(at)),
        None => notification,
    }
}

/// `^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.[a-zA-Z]{2,63}$`, as the original specifies.
fn is_email_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let Some((host, tld)) = domain.rsplit_once('.') else {
        return false;
    };
    let allowed = |part: &str, punctuation: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || punctuation.contains(c))
    };
    allowed(local, "._%+-")
        && allowed(host, ".-")
        && (2..=63).contains(&tld.len())
        && tld.chars().all(|c| c.is_ascii_alphabetic())
}

/// A value as an error shows it: short, whatever was sent.
pub(crate) fn shown(value: Option<&Value>) -> String {
    let Some(value) = value else {
        return "nothing".into();
    };
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::is_email_address;

    #[test]
    fn email_addresses_follow_the_specified_pattern() {
        for good in ["e@x.org", "a.b+c%d@sub.example.museum", "A_9-@x-y.co"] {
            assert!(is_email_address(good), "{good}");
        }
        for bad in [
            "nope",
            "@x.org",
            "a@",
            "a@x",
            "a@x.o",
            "a b@x.org",
            "a@x.o1g",
            "a@@x.org",
            "a@.org",
        ] {
            assert!(!is_email_address(bad), "{bad}");
        }
    }
}
