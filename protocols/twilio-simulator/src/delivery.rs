//! What becomes of a message that is sent to a phone.

use std::time::Duration;

/// What becomes of a message that the host sends to a phone: it is `queued`, then `sent` to the
/// carrier, then `delivered` or not.
///
/// ```
/// use std::time::Duration;
/// use twilio_simulator::Delivery;
///
/// let quick = Delivery::after(Duration::from_secs(2));
/// let full = Delivery::undelivered(30_003).sent_after(Duration::from_secs(5));
/// # let _ = (quick, full);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub(crate) sent_after: Duration,
    pub(crate) receipt: Receipt,
}

/// What the carrier says of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Receipt {
    Delivered(Duration),
    Undelivered(u32),
    Failed(u32),
    Never,
}

impl Delivery {
    /// Delivered so long after it was sent.
    #[must_use]
    pub fn after(time: Duration) -> Self {
        Self::with(Receipt::Delivered(time))
    }

    /// Sent, and the carrier says that it did not arrive, with this code of Twilio's error
    /// dictionary, as 30003 (the phone is off) or 30005 (no such number).
    #[must_use]
    pub fn undelivered(code: u32) -> Self {
        Self::with(Receipt::Undelivered(code))
    }

    /// Cannot be sent, with this code, as 30007 (filtered).
    #[must_use]
    pub fn fails(code: u32) -> Self {
        Self::with(Receipt::Failed(code))
    }

    /// Sent, and nothing more is heard of it.
    #[must_use]
    pub fn without_receipt() -> Self {
        Self::with(Receipt::Never)
    }

    /// It takes so long until the message is sent, or fails. Default: one second.
    #[must_use]
    pub fn sent_after(mut self, time: Duration) -> Self {
        self.sent_after = time;
        self
    }

    fn with(receipt: Receipt) -> Self {
        Self {
            sent_after: Duration::from_secs(1),
            receipt,
        }
    }
}
