//! Classes of callers, such as premium and regular.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::config::ConfigError;

/// The number of a class: its place in [`Config`](crate::Config), 0 being the most favoured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClassId(u8);

impl ClassId {
    /// The favoured class of the ready-made pair.
    pub const PREMIUM: Self = Self(0);
    /// The ordinary class of the ready-made pair.
    pub const REGULAR: Self = Self(1);

    /// All that there can be, in order. `0..` would count past the last.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map(Self)
    }

    /// The class at this place of the configuration.
    pub const fn new(index: u8) -> Self {
        Self(index)
    }

    /// Its place in the configuration.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl fmt::Display for ClassId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// The name of a class, 1 to 22 bytes: kept in place, so that a decision can name its classes
/// without allocating.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClassName {
    length: u8,
    bytes: [u8; Self::MAX],
}

impl ClassName {
    const MAX: usize = 22;

    /// Checks and keeps a name.
    ///
    /// # Errors
    /// [`ConfigError::ClassName`] when it is empty or longer than 22 bytes.
    pub fn new(name: &str) -> Result<Self, ConfigError> {
        let refused = || ConfigError::ClassName {
            name: name.to_owned(),
        };
        if name.is_empty() || name.len() > Self::MAX {
            return Err(refused());
        }
        let mut bytes = [0; Self::MAX];
        bytes[..name.len()].copy_from_slice(name.as_bytes());
        let length = u8::try_from(name.len()).map_err(|_| refused())?;
        Ok(Self { length, bytes })
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        // The bytes up to `length` came from a `str` as a whole, so they are UTF-8.
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl fmt::Display for ClassName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for ClassName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl Serialize for ClassName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ClassName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&name).map_err(serde::de::Error::custom)
    }
}
