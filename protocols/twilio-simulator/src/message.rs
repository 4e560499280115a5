//! What is known of a message from outside.

use chrono::{DateTime, Utc};
use twilio_webhook::{MessageSid, MessageStatus};

/// Longest text in the alphabet of SMS (GSM 03.38) that is one segment, and a segment of several.
const GSM: (usize, usize) = (160, 153);

/// The same in UCS-2.
const UCS2: (usize, usize) = (70, 67);

/// The characters of GSM 03.38 beyond ASCII letters, digits and these signs.
const GSM_BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà";

/// Those that take two places.
const GSM_EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// A message as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// Its SID.
    pub sid: MessageSid,
    /// Where it comes from.
    pub direction: MessageDirection,
    /// The sender.
    pub from: String,
    /// The recipient.
    pub to: String,
    /// The text.
    pub body: String,
    /// Where pictures and the like are.
    pub media: Vec<String>,
    /// How far it is.
    pub status: MessageStatus,
    /// Why it did not arrive, in Twilio's error dictionary.
    pub error_code: Option<u32>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was handed to the carrier.
    pub sent_at: Option<DateTime<Utc>>,
    /// When its status changed last.
    pub updated_at: DateTime<Utc>,
}

/// Who started a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessageDirection {
    /// Somebody wrote to one of the account's numbers.
    Inbound,
    /// The host, through REST.
    OutboundApi,
    /// The host, with `<Message>` as answer to a message.
    OutboundReply,
    /// The host, with `<Sms>` in a call.
    OutboundCall,
}

impl MessageDirection {
    /// The word as REST has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::OutboundApi => "outbound-api",
            Self::OutboundReply => "outbound-reply",
            Self::OutboundCall => "outbound-call",
        }
    }
}

impl Message {
    /// In how many segments the text is sent: of 160 characters (153 if there are several) in the
    /// alphabet of SMS, of 70 (67) in any other.
    #[must_use]
    pub fn segments(&self) -> usize {
        segments(&self.body)
    }
}

pub(crate) fn segments(text: &str) -> usize {
    let places: Option<usize> = text
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || GSM_BASIC.contains(c) {
                Some(1)
            } else {
                GSM_EXTENDED.contains(c).then_some(2)
            }
        })
        .sum();
    let (places, (single, several)) = match places {
        Some(places) => (places, GSM),
        None => (text.encode_utf16().count(), UCS2),
    };
    if places <= single {
        1
    } else {
        places.div_ceil(several)
    }
}

#[cfg(test)]
mod tests {
    use super::segments;

    #[test]
    fn segments_depend_on_the_alphabet() {
        for (text, count) in [
            (String::new(), 1),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("€".repeat(80), 1),
            ("€".repeat(81), 2),
            ("a".repeat(307), 3),
            ("ж".repeat(70), 1),
            ("ж".repeat(71), 2),
            ("😀".repeat(35), 1),
            ("😀".repeat(36), 2),
        ] {
            assert_eq!(segments(&text), count, "{text}");
        }
    }
}
