//! The names by which processes, requests and attempts are known.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Installation;

/// The longest [`ProcessId`] and [`RequestId`] in bytes.
pub const MAX_ID_BYTES: usize = 512;

/// A text that cannot name a process or a request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id of {bytes} bytes is too long: give it at most {MAX_ID_BYTES} bytes")]
#[non_exhaustive]
pub struct InvalidId {
    /// How long the refused id was.
    pub bytes: usize,
}

macro_rules! text_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes any text of at most [`MAX_ID_BYTES`] bytes, blanks included.
            ///
            /// # Errors
            /// [`InvalidId`] if the text is longer.
            pub fn new(text: impl AsRef<str>) -> Result<Self, InvalidId> {
                let text = text.as_ref();
                if text.len() > MAX_ID_BYTES {
                    return Err(InvalidId { bytes: text.len() });
                }
                Ok(Self(text.into()))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::new(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                Self::new(text).map_err(serde::de::Error::custom)
            }
        }
    };
}

text_id! {
    /// Names one escalation process: an order, a waiting call, an incident.
    ///
    /// At most one process of a name runs at a time.
    ProcessId
}

text_id! {
    /// On whose behalf a process runs: a hotel, a customer, a team.
    ///
    /// Tenants that share a store take turns, so that one with a flood of notifications does not
    /// delay the others. Processes that name none belong to [`TenantId::default`], a tenant like
    /// any other.
    TenantId
}

impl Default for TenantId {
    /// The tenant of processes that name none: the empty text.
    fn default() -> Self {
        Self("".into())
    }
}

text_id! {
    /// Names one received request, so that its redelivery is recognised.
    ///
    /// The message id of the queue it came from serves well.
    RequestId
}

/// Which run of a process a notification belongs to.
///
/// Every start that creates a process takes a number that its store has never given before, so a
/// late word about an ended process never touches a newer one of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Generation(u64);

impl Generation {
    /// The generation of that number, as a store assigned it.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The position of a notification within its process, from 0, in the order sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sequence(u32);

impl Sequence {
    /// The notification at that position.
    #[must_use]
    pub const fn new(position: u32) -> Self {
        Self(position)
    }

    /// The position.
    #[must_use]
    pub const fn position(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A fencing token: grows with each claim of a notification; only the newest one is honoured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token(u64);

impl Token {
    /// The token of that number, as a store assigned it.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// What stays the same however often a notification is attempted:
/// `installation/process/generation/sequence`, or without the first part if the engine was given no
/// [`Installation`].
///
/// It is unlike all other keys of its store. Where several stores deliver through the same outside
/// system, or one is created anew, only the installation tells their keys apart.
///
/// Give it to the outside system (an idempotency header, a Message-ID), which can then drop the
/// second copy of a delivery whose outcome was unknown.
///
/// ```
/// use escalation_core::{Generation, IdempotencyKey, ProcessId, Sequence};
///
/// let key = IdempotencyKey::new(&ProcessId::new("order/7")?, Generation::new(3), Sequence::new(0));
/// assert_eq!(key.as_str(), "order/7/3/0");
/// assert_eq!(key.of(&"hotel-7".parse()?).as_str(), "hotel-7/order/7/3/0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key of one notification. Unambiguous, since the last two parts are numbers.
    #[must_use]
    pub fn new(process: &ProcessId, generation: Generation, sequence: Sequence) -> Self {
        Self(format!("{process}/{generation}/{sequence}"))
    }

    /// The same key among those of several stores.
    #[must_use]
    pub fn of(self, installation: &Installation) -> Self {
        Self(format!("{installation}/{}", self.0))
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
