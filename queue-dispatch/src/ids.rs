//! Names of calls, agents and offers.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// A call, named by the host: any 128-bit number that is unique among the calls it knows.
///
/// A Twilio call SID is two letters and 32 hexadecimal digits, so it fits exactly: parse it, and
/// write it back with `format!("CA{call}")`.
///
/// ```
/// use queue_dispatch::CallId;
///
/// let call: CallId = "CA0123456789abcdef0123456789abcdef".parse()?;
/// assert_eq!(call, CallId::new(0x0123456789abcdef0123456789abcdef));
/// assert_eq!(format!("CA{call}"), "CA0123456789abcdef0123456789abcdef");
/// # Ok::<(), queue_dispatch::ParseCallIdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(u128);

impl CallId {
    /// Names a call by a number of the host's choice.
    pub const fn new(number: u128) -> Self {
        Self(number)
    }

    /// The number itself.
    pub const fn number(self) -> u128 {
        self.0
    }
}

/// Why a text is no [`CallId`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no call id: expected 32 hexadecimal digits, with or without a two-letter prefix such as `CA`"
)]
pub struct ParseCallIdError {
    text: String,
}

impl FromStr for CallId {
    type Err = ParseCallIdError;

    /// Reads 32 hexadecimal digits, optionally after two ASCII letters (which are not kept).
    ///
    /// # Errors
    /// [`ParseCallIdError`] names the text when it is anything else.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = match text.as_bytes() {
            [a, b, digits @ ..]
                if digits.len() == 32 && a.is_ascii_alphabetic() && b.is_ascii_alphabetic() =>
            {
                digits
            }
            digits => digits,
        };
        let mut number = 0_u128;
        for &digit in digits {
            let Some(value) = char::from(digit).to_digit(16) else {
                return Err(ParseCallIdError {
                    text: text.chars().take(64).collect(),
                });
            };
            number = number << 4 | u128::from(value);
        }
        if digits.len() == 32 {
            Ok(Self(number))
        } else {
            Err(ParseCallIdError {
                text: text.chars().take(64).collect(),
            })
        }
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallId({:x})", self.0)
    }
}

// Written as its hexadecimal text: JSON numbers end at 53 bits in many readers.
impl Serialize for CallId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CallId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = CallId;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a call id of 32 hexadecimal digits")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<CallId, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// An agent (a rep, and the phone that reaches them), named by the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgentId(u64);

impl AgentId {
    /// Names an agent by a number of the host's choice.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number itself.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for AgentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Who calls, as far as the host can tell: the same number for the same party, whichever call it is.
///
/// The number is the host's: a customer's number, or a hash of the telephone number. It goes into
/// the log and the snapshot; hash with a secret key what should not be read there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PartyId(u64);

impl PartyId {
    /// Names a party by a number of the host's choice.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number itself.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// The fencing token of one offer: grows by one with every offer and is never given out twice, not
/// even after a restart.
///
/// Each later word about the offer (accepted, rejected, bridged, ended …) carries it; a word whose
/// token is no longer open is [refused](crate::Refusal::StaleToken) without effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Token(u64);

impl Token {
    /// A token read back from where the host carried it, such as a callback address.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number to carry.
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn call_ids_are_read_with_and_without_prefix() {
        let plain = "00000000000000000000000000000010";
        assert_eq!(plain.parse(), Ok(CallId::new(16)));
        assert_eq!(format!("CA{plain}").parse(), Ok(CallId::new(16)));
        // Two letters that are also digits belong to the number when only 32 characters remain.
        assert_eq!(
            "ffffffffffffffffffffffffffffffff".parse(),
            Ok(CallId::new(u128::MAX))
        );
        for bad in [
            "",
            "CA",
            "CA123",
            "XY0000000000000000000000000000001g",
            "C10000000000000000000000000000000f",
            "+0000000000000000000000000000010",
        ] {
            let error = bad.parse::<CallId>().unwrap_err();
            assert!(error.to_string().contains(bad), "{error}");
        }
    }

    #[test]
    fn ids_survive_json() {
        let call = CallId::new(u128::MAX - 5);
        let json = serde_json::to_string(&call).unwrap();
        assert_eq!(json, "\"fffffffffffffffffffffffffffffffa\"");
        assert_eq!(serde_json::from_str::<CallId>(&json).unwrap(), call);
        assert_eq!(serde_json::to_string(&Token::new(7)).unwrap(), "7");
    }
}
