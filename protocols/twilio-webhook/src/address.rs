use std::fmt;
use std::str::FromStr;

use crate::value::ParamValue;

/// A text that is not a phone number in E.164 form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a phone number: expected + and 2 to 15 digits, the first not 0 (E.164)")]
pub struct PhoneNumberError {
    text: String,
}

/// A phone number in E.164 form: `+`, then 2 to 15 digits of which the first is not 0.
///
/// ```
/// use twilio_webhook::PhoneNumber;
///
/// let number: PhoneNumber = "+441134960000".parse()?;
/// assert_eq!(number.as_str(), "+441134960000");
/// assert!(PhoneNumber::parse("0113 496 0000").is_err());
/// # Ok::<(), twilio_webhook::PhoneNumberError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Checks and takes a number.
    ///
    /// # Errors
    /// [`PhoneNumberError`] if `text` is not in E.164 form. Nothing is trimmed or guessed.
    pub fn parse(text: &str) -> Result<Self, PhoneNumberError> {
        if is_e164(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(PhoneNumberError {
                text: text.chars().take(64).collect(),
            })
        }
    }

    /// The number with its `+`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (2..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

impl FromStr for PhoneNumber {
    type Err = PhoneNumberError;

    fn from_str(text: &str) -> Result<Self, PhoneNumberError> {
        Self::parse(text)
    }
}

impl AsRef<str> for PhoneNumber {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl ParamValue for PhoneNumber {
    const EXPECTED: &'static str = "a phone number in E.164 form, such as +441134960000";

    fn parse(text: &str) -> Option<Self> {
        Self::parse(text).ok()
    }
}

/// Who is at one end of a call or message. Reading one cannot fail, and [`Display`] gives back
/// the text exactly as it was read.
///
/// ```
/// use twilio_webhook::Address;
///
/// assert!(matches!(Address::from("+441134960000"), Address::Phone(_)));
/// assert_eq!(Address::from("client:alice"), Address::Client("alice".into()));
/// assert!(matches!(Address::from("anonymous"), Address::Withheld(_)));
/// assert_eq!(Address::from("whatsapp:+441134960000").to_string(), "whatsapp:+441134960000");
/// ```
///
/// [`Display`]: fmt::Display
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Address {
    /// A phone number in E.164 form.
    Phone(PhoneNumber),
    /// The identity of a browser or mobile client: what follows `client:`.
    Client(String),
    /// A SIP address, its `sip:` or `sips:` included.
    Sip(String),
    /// A sender on another channel: `whatsapp:+441134960000`, `messenger:12345`.
    Channel {
        /// The channel, as in `whatsapp`.
        channel: String,
        /// The sender on that channel.
        id: String,
    },
    /// The caller's number is not shown: words such as `anonymous`, or the digits that Twilio
    /// sends in their place (`+266696687` spells ANONYMOUS on a keypad).
    Withheld(String),
    /// Anything else: short codes, alphanumeric senders, or nothing at all. The `To` of a browser
    /// client that named no one is empty.
    Other(String),
}

/// Words that stand for a number that is not shown, and the same words typed on a keypad: Twilio
/// sends the latter where a number must be numeric.
const WITHHELD: [&str; 11] = [
    "anonymous",
    "266696687",
    "blocked",
    "2562533",
    "private",
    "restricted",
    "7378742833",
    "unavailable",
    "86282452253",
    "unknown",
    "8656696",
];

impl Address {
    /// The phone number, if this is one.
    #[must_use]
    pub const fn phone(&self) -> Option<&PhoneNumber> {
        match self {
            Self::Phone(number) => Some(number),
            _ => None,
        }
    }

    /// The identity of the browser or mobile client, if this is one.
    #[must_use]
    pub fn client(&self) -> Option<&str> {
        match self {
            Self::Client(identity) => Some(identity),
            _ => None,
        }
    }
}

impl From<&str> for Address {
    fn from(text: &str) -> Self {
        let keypad = text.strip_prefix('+').unwrap_or(text);
        if WITHHELD
            .iter()
            .any(|word| word.eq_ignore_ascii_case(keypad))
        {
            return Self::Withheld(text.to_owned());
        }
        if let Ok(number) = PhoneNumber::parse(text) {
            return Self::Phone(number);
        }
        match text.split_once(':') {
            Some(("client", identity)) => Self::Client(identity.to_owned()),
            Some(("sip" | "sips", _)) => Self::Sip(text.to_owned()),
            Some((channel, id))
                if !channel.is_empty() && channel.bytes().all(|byte| byte.is_ascii_lowercase()) =>
            {
                Self::Channel {
                    channel: channel.to_owned(),
                    id: id.to_owned(),
                }
            }
            _ => Self::Other(text.to_owned()),
        }
    }
}

impl From<PhoneNumber> for Address {
    fn from(number: PhoneNumber) -> Self {
        Self::Phone(number)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phone(number) => number.fmt(f),
            Self::Client(identity) => write!(f, "client:{identity}"),
            Self::Channel { channel, id } => write!(f, "{channel}:{id}"),
            Self::Sip(text) | Self::Withheld(text) | Self::Other(text) => f.pad(text),
        }
    }
}

impl ParamValue for Address {
    const EXPECTED: &'static str = "an address";

    fn parse(text: &str) -> Option<Self> {
        Some(Self::from(text))
    }
}

#[cfg(feature = "serde")]
mod wire {
    use std::borrow::Cow;

    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use super::{Address, PhoneNumber};

    impl Serialize for PhoneNumber {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_str(self.as_str())
        }
    }

    impl<'de> Deserialize<'de> for PhoneNumber {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = <Cow<'de, str>>::deserialize(deserializer)?;
            Self::parse(&text).map_err(Error::custom)
        }
    }

    impl Serialize for Address {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_str(self)
        }
    }

    impl<'de> Deserialize<'de> for Address {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            <Cow<'de, str>>::deserialize(deserializer).map(|text| Self::from(&*text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_reads_and_shows_itself_again() {
        for text in [
            "",
            "+441134960000",
            "+4411349600001234567",
            "+0113",
            "12345",
            "ACME",
            "client:",
            "client:alice",
            "sip:alice@example.com;transport=tls",
            "whatsapp:+441134960000",
            "Anonymous",
            "+266696687",
            "a b: c",
        ] {
            assert_eq!(Address::from(text).to_string(), text);
        }
        assert!(matches!(Address::from("+266696687"), Address::Withheld(_)));
        assert!(matches!(Address::from("+0113"), Address::Other(_)));
        assert!(matches!(Address::from("12345"), Address::Other(_)));
    }
}
