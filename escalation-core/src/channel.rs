//! The ways to reach somebody.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest name of a channel in bytes.
const MAX_BYTES: usize = 64;

/// A way to reach somebody: `phone`, `email`, `pubnub`, or any name that the host has a
/// [`Notifier`](crate::Notifier) for. Case matters.
///
/// ```
/// use escalation_core::Channel;
///
/// let overflow = Channel::new("overflow")?;
/// assert_eq!(overflow.as_str(), "overflow");
/// assert!(Channel::new(" ").is_err());
/// # Ok::<(), escalation_core::InvalidChannel>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Channel(Cow<'static, str>);

/// A text that cannot name a channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` cannot name a channel: use 1 to {MAX_BYTES} bytes that are not all blank")]
#[non_exhaustive]
pub struct InvalidChannel {
    /// The refused name, cut after 64 characters.
    pub name: String,
}

impl Channel {
    /// A telephone call, to the notification's `phone-number`.
    pub const PHONE: Self = Self(Cow::Borrowed("phone"));
    /// An e-mail, to the notification's `email`.
    pub const EMAIL: Self = Self(Cow::Borrowed("email"));
    /// A PubNub message, to the notification's `pubnub-channel`.
    pub const PUBNUB: Self = Self(Cow::Borrowed("pubnub"));

    /// The channel of that name.
    ///
    /// # Errors
    /// [`InvalidChannel`] if the name is blank or longer than 64 bytes.
    pub fn new(name: impl Into<Cow<'static, str>>) -> Result<Self, InvalidChannel> {
        let name = name.into();
        if name.trim().is_empty() || name.len() > MAX_BYTES {
            return Err(InvalidChannel {
                name: name.chars().take(64).collect(),
            });
        }
        Ok(Self(name))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Channel {
    type Err = InvalidChannel;

    fn from_str(name: &str) -> Result<Self, InvalidChannel> {
        Self::new(name.to_owned())
    }
}

impl<'de> Deserialize<'de> for Channel {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        Self::new(name).map_err(serde::de::Error::custom)
    }
}
