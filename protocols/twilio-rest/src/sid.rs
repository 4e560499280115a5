//! SIDs that occur in the REST API alone; all others are those of `twilio-webhook`.

use std::fmt;
use std::str::FromStr;

use twilio_webhook::{Sid, SidError};

/// A text that is a SID, but of another kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WrongSid {
    /// It is no SID at all.
    #[error(transparent)]
    Malformed(#[from] SidError),
    /// It begins with other letters.
    #[error("{sid} is a SID of another kind: expected one that begins with {prefix}")]
    Kind {
        /// The SID as given.
        sid: Sid,
        /// The letters that were expected.
        prefix: &'static str,
    },
}

macro_rules! sid {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Sid);

        impl $name {
            #[doc = concat!("Checks and takes a SID: ", $prefix, " and 32 hexadecimal digits.")]
            ///
            /// # Errors
            /// [`WrongSid`] if `text` is anything else.
            pub fn parse(text: &str) -> Result<Self, WrongSid> {
                let sid = Sid::parse(text)?;
                if text.starts_with($prefix) {
                    Ok(Self(sid))
                } else {
                    Err(WrongSid::Kind { sid, prefix: $prefix })
                }
            }

            /// The SID as Twilio writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl FromStr for $name {
            type Err = WrongSid;

            fn from_str(text: &str) -> Result<Self, WrongSid> {
                Self::parse(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        crate::wire::parsed_from_text!($name);
    };
}

sid!(
    /// A phone number of the account (`PN`).
    ///
    /// ```
    /// use twilio_rest::incoming_numbers::IncomingNumberSid;
    ///
    /// assert!("PN0123456789abcdef0123456789abcdef".parse::<IncomingNumberSid>().is_ok());
    /// let error = IncomingNumberSid::parse("CA0123456789abcdef0123456789abcdef").unwrap_err();
    /// assert!(error.to_string().contains("begins with PN"));
    /// ```
    IncomingNumberSid, "PN"
);
sid!(
    /// A webhook of a conversation (`WH`).
    WebhookSid, "WH"
);
