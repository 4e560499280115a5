use std::fmt;
use std::str::FromStr;

/// Two letters that say the kind, then 32 hexadecimal digits.
const SID_LEN: usize = 34;

/// A text that is not a SID of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a SID: expected {expected} and 32 hexadecimal digits")]
pub struct SidError {
    text: String,
    expected: &'static str,
}

fn check(text: &str, prefixes: &[&str], expected: &'static str) -> Result<[u8; SID_LEN], SidError> {
    let error = || SidError {
        text: text.chars().take(64).collect(),
        expected,
    };
    let bytes: [u8; SID_LEN] = text.as_bytes().try_into().map_err(|_| error())?;
    let (prefix, digits) = bytes.split_at(2);
    let prefix_ok = if prefixes.is_empty() {
        prefix.iter().all(u8::is_ascii_uppercase)
    } else {
        prefixes.iter().any(|allowed| allowed.as_bytes() == prefix)
    };
    if prefix_ok && digits.iter().all(u8::is_ascii_hexdigit) {
        Ok(bytes)
    } else {
        Err(error())
    }
}

macro_rules! sid {
    ($(#[$doc:meta])* $name:ident, [$($prefix:literal),*], $expected:literal) => {
        $(#[$doc])*
        ///
        /// Copyable, 34 bytes, compared byte for byte.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name([u8; SID_LEN]);

        impl $name {
            #[doc = concat!("Checks and takes a SID: ", $expected, " and 32 hexadecimal digits.")]
            ///
            /// # Errors
            /// [`SidError`] if `text` is anything else.
            pub fn parse(text: &str) -> Result<Self, SidError> {
                check(text, &[$($prefix),*], $expected).map(Self)
            }

            /// The SID as Twilio writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).expect("parse() let only ASCII in")
            }
        }

        impl FromStr for $name {
            type Err = SidError;

            fn from_str(text: &str) -> Result<Self, SidError> {
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
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.as_str()).finish()
            }
        }

        impl crate::value::ParamValue for $name {
            const EXPECTED: &'static str = concat!("a SID: ", $expected, " and 32 hexadecimal digits");

            fn parse(text: &str) -> Option<Self> {
                Self::parse(text).ok()
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

sid!(
    /// A SID of any kind: two capital letters and 32 hexadecimal digits.
    Sid, [], "two capital letters"
);
sid!(
    /// One leg of a call (`CA`).
    ///
    /// ```
    /// use twilio_webhook::CallSid;
    ///
    /// let sid: CallSid = "CA0123456789abcdef0123456789abcdef".parse()?;
    /// assert_eq!(sid.as_str(), "CA0123456789abcdef0123456789abcdef");
    /// assert!(CallSid::parse("QU0123456789abcdef0123456789abcdef").is_err());
    /// # Ok::<(), twilio_webhook::SidError>(())
    /// ```
    CallSid, ["CA"], "CA"
);
sid!(
    /// An account or sub-account (`AC`).
    AccountSid, ["AC"], "AC"
);
sid!(
    /// An API key (`SK`): a user name for the REST API that is not the account's own.
    ApiKeySid, ["SK"], "SK"
);
sid!(
    /// A call queue (`QU`). A queue that is deleted and made anew has another SID.
    QueueSid, ["QU"], "QU"
);
sid!(
    /// A recording (`RE`).
    RecordingSid, ["RE"], "RE"
);
sid!(
    /// The transcription of a recording (`TR`), or a real-time one (`GT`).
    TranscriptionSid, ["TR", "GT"], "TR or GT"
);
sid!(
    /// A conference (`CF`).
    ConferenceSid, ["CF"], "CF"
);
sid!(
    /// A text (`SM`) or multimedia (`MM`) message.
    MessageSid, ["SM", "MM"], "SM or MM"
);
sid!(
    /// A Messaging Service (`MG`).
    MessagingServiceSid, ["MG"], "MG"
);
sid!(
    /// A media stream (`MZ`).
    StreamSid, ["MZ"], "MZ"
);
sid!(
    /// A SIPREC session (`SR`).
    SiprecSid, ["SR"], "SR"
);
sid!(
    /// A conversation (`CH`).
    ConversationSid, ["CH"], "CH"
);
sid!(
    /// A message of a conversation (`IM`).
    ConversationMessageSid, ["IM"], "IM"
);
sid!(
    /// A participant of a conversation (`MB`).
    ParticipantSid, ["MB"], "MB"
);
sid!(
    /// A Conversations (formerly Chat) service (`IS`).
    ChatServiceSid, ["IS"], "IS"
);
sid!(
    /// A role within a Conversations service (`RL`).
    RoleSid, ["RL"], "RL"
);
sid!(
    /// A user of a Conversations service (`US`).
    UserSid, ["US"], "US"
);
sid!(
    /// The receipt of one delivery of a message of a conversation (`DY`).
    DeliveryReceiptSid, ["DY"], "DY"
);
sid!(
    /// An installed messaging channel (`XE`).
    ChannelInstallSid, ["XE"], "XE"
);
sid!(
    /// A TaskRouter workspace (`WS`).
    WorkspaceSid, ["WS"], "WS"
);
sid!(
    /// A TaskRouter workflow (`WW`).
    WorkflowSid, ["WW"], "WW"
);
sid!(
    /// A TaskRouter queue of tasks (`WQ`).
    TaskQueueSid, ["WQ"], "WQ"
);
sid!(
    /// A TaskRouter task (`WT`).
    TaskSid, ["WT"], "WT"
);
sid!(
    /// A TaskRouter worker (`WK`).
    WorkerSid, ["WK"], "WK"
);
sid!(
    /// A task that is held for a TaskRouter worker (`WR`).
    ReservationSid, ["WR"], "WR"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_letters_and_hexadecimal_digits_pass() {
        let digits = "0123456789abcdef0123456789ABCDEF";
        assert_eq!(
            CallSid::parse(&format!("CA{digits}")).unwrap().to_string(),
            format!("CA{digits}")
        );
        for wrong in [
            String::new(),
            "CA".into(),
            format!("ca{digits}"),
            format!("AC{digits}"),
            format!("CA{digits}0"),
            format!("CA{}g", &digits[1..]),
            format!("CA{}é", &digits[2..]),
        ] {
            assert!(CallSid::parse(&wrong).is_err(), "{wrong}");
        }
        assert!(MessageSid::parse(&format!("MM{digits}")).is_ok());
        assert!(Sid::parse(&format!("ZZ{digits}")).is_ok());
        assert!(Sid::parse(&format!("Z1{digits}")).is_err());
    }
}
