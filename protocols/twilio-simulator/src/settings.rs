//! What a simulator is told about the world, and what Twilio's documentation leaves open.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::delivery::Delivery;

/// How long spoken text takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SpeechRate {
    /// So many words a minute, words being what white space parts; at least one word.
    WordsPerMinute(u16),
    /// Every text takes this long, whatever its length.
    Each(Duration),
}

/// Lengths, limits, and the behaviours of Twilio that are not written down.
///
/// ```
/// use std::time::Duration;
/// use twilio_simulator::{Settings, SpeechRate};
///
/// let settings = Settings::default()
///     .speech(SpeechRate::WordsPerMinute(150))
///     .media("https://media.example/hold.mp3", Duration::from_secs(240));
/// assert_eq!(settings.length_of_speech("Good morning to you all"), Duration::from_secs(2));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settings {
    speech: SpeechRate,
    texts: BTreeMap<String, Duration>,
    media: BTreeMap<String, Duration>,
    any_media: Duration,
    pub(crate) delivery: Delivery,
    pub(crate) ring_buffer: Duration,
    pub(crate) queue_timeout_buffer: Duration,
    pub(crate) missing_queue: String,
    pub(crate) transcription_delay: Duration,
    pub(crate) handover: Duration,
    pub(crate) payment_step: Duration,
    pub(crate) payment_result: String,
    pub(crate) refer_status: String,
    pub(crate) rest_limit: Option<(u32, Duration)>,
    pub(crate) rest_refusals: u8,
    pub(crate) rest_answers_lost: u8,
    pub(crate) longest_call: Duration,
    pub(crate) requests_at_one_instant: u32,
    pub(crate) idle_after: Duration,
}

impl Default for Settings {
    /// Speech at 160 words a minute, media of 10 seconds, Twilio's documented limits.
    fn default() -> Self {
        Self {
            speech: SpeechRate::WordsPerMinute(160),
            texts: BTreeMap::new(),
            media: BTreeMap::new(),
            any_media: Duration::from_secs(10),
            delivery: Delivery::after(Duration::from_secs(1)),
            ring_buffer: Duration::from_secs(5),
            queue_timeout_buffer: Duration::ZERO,
            missing_queue: "queue-not-found".to_owned(),
            transcription_delay: Duration::from_secs(10),
            handover: Duration::from_secs(10),
            payment_step: Duration::from_secs(5),
            payment_result: "success".to_owned(),
            refer_status: "in-progress".to_owned(),
            rest_limit: None,
            rest_refusals: 0,
            rest_answers_lost: 0,
            longest_call: Duration::from_secs(14_400),
            requests_at_one_instant: 100,
            idle_after: Duration::from_secs(3_600),
        }
    }
}

impl Settings {
    /// How fast `<Say>` and people speak. Default: 160 words a minute.
    #[must_use]
    pub fn speech(mut self, rate: SpeechRate) -> Self {
        self.speech = rate;
        self
    }

    /// One repetition of exactly this text takes this long.
    #[must_use]
    pub fn text(mut self, text: impl Into<String>, length: Duration) -> Self {
        self.texts.insert(text.into(), length);
        self
    }

    /// The media behind this URL, as the document writes it or as resolved, is this long.
    #[must_use]
    pub fn media(mut self, url: impl Into<String>, length: Duration) -> Self {
        self.media.insert(url.into(), length);
        self
    }

    /// All other media are this long. Default: 10 seconds.
    #[must_use]
    pub fn any_media(mut self, length: Duration) -> Self {
        self.any_media = length;
        self
    }

    /// What becomes of messages to phones of which [`Simulator::handset`](crate::Simulator::handset)
    /// says nothing. Default: sent after a second, delivered after another.
    #[must_use]
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// What Twilio adds to the `timeout` of a `<Dial>` and of a call made by REST. Its Dial page
    /// says five seconds, which is the default; for REST it says “some call flows”.
    #[must_use]
    pub fn ring_buffer(mut self, time: Duration) -> Self {
        self.ring_buffer = time;
        self
    }

    /// What Twilio adds to the `timeout` of a `<Dial>` that waits at an empty `<Queue>`.
    /// Not documented. Default: nothing.
    #[must_use]
    pub fn queue_timeout_buffer(mut self, time: Duration) -> Self {
        self.queue_timeout_buffer = time;
        self
    }

    /// `DequeueResult` of a `<Dial><Queue>` on a queue that does not exist. Not in Twilio's present
    /// pages; production code of others tests for `queue-not-found`, which is the default.
    #[must_use]
    pub fn missing_queue(mut self, dequeue_result: impl Into<String>) -> Self {
        self.missing_queue = dequeue_result.into();
        self
    }

    /// How long after its end a recording has been transcribed. Not documented. Default: 10 seconds.
    #[must_use]
    pub fn transcription_delay(mut self, time: Duration) -> Self {
        self.transcription_delay = time;
        self
    }

    /// How long the other side of `<Connect>` keeps a call, and how long a `<Refer>` takes: what is
    /// there is not simulated. Default: 10 seconds.
    #[must_use]
    pub fn handover(mut self, time: Duration) -> Self {
        self.handover = time;
        self
    }

    /// How long each step of a `<Pay>` takes. Default: 5 seconds.
    #[must_use]
    pub fn payment_step(mut self, time: Duration) -> Self {
        self.payment_step = time;
        self
    }

    /// `Result` of a `<Pay>` that comes to its end. Default: `success`; others are
    /// `too-many-failed-attempts`, `payment-connector-error` and those of Twilio's page.
    #[must_use]
    pub fn payment_result(mut self, result: impl Into<String>) -> Self {
        self.payment_result = result.into();
        self
    }

    /// `ReferCallStatus` of a `<Refer>`. Default: `in-progress`, which with the response codes 202
    /// and 200 is success on Twilio's page.
    #[must_use]
    pub fn refer_status(mut self, status: impl Into<String>) -> Self {
        self.refer_status = status.into();
        self
    }

    /// The account may make so many REST requests in so much virtual time; what is more is answered
    /// 429 (code 20429) with `Retry-After`. Default: no limit.
    #[must_use]
    pub fn rest_limit(mut self, requests: u32, in_time: Duration) -> Self {
        self.rest_limit = Some((requests, in_time));
        self
    }

    /// So many of a hundred REST requests are answered 429, by chance: whatever their number, and
    /// though virtual time stands still. Default: none.
    #[must_use]
    pub fn rest_refusals(mut self, percent: u8) -> Self {
        self.rest_refusals = percent;
        self
    }

    /// Of so many of a hundred REST requests, by chance, the answer is lost when all has been done:
    /// the connection breaks. What a client makes of that is how calls come to be placed twice.
    /// Default: none.
    #[must_use]
    pub fn rest_answers_lost(mut self, percent: u8) -> Self {
        self.rest_answers_lost = percent;
        self
    }

    /// A call that lasts this long is ended. Twilio: 4 hours, the default; 24 on request.
    #[must_use]
    pub fn longest_call(mut self, time: Duration) -> Self {
        self.longest_call = time;
        self
    }

    /// A call that makes more requests than this without any time passing is a loop: it is ended
    /// and the loop is reported. Twilio documents no limit. Default: 100.
    #[must_use]
    pub fn requests_at_one_instant(mut self, limit: u32) -> Self {
        self.requests_at_one_instant = limit;
        self
    }

    /// [`run_until_idle`](crate::Simulator::run_until_idle) stops when no call is left and the host's
    /// tasks have only been ticking, or next want to, for longer than this. Default: an hour.
    #[must_use]
    pub fn idle_after(mut self, time: Duration) -> Self {
        self.idle_after = time;
        self
    }

    /// How long one repetition of this text takes.
    #[must_use]
    pub fn length_of_speech(&self, text: &str) -> Duration {
        if let Some(length) = self.texts.get(text) {
            return *length;
        }
        match self.speech {
            SpeechRate::Each(length) => length,
            SpeechRate::WordsPerMinute(rate) => {
                let words = text.split_whitespace().count().max(1) as u64;
                Duration::from_millis(words * 60_000 / u64::from(rate.max(1)))
            }
        }
    }

    /// How long the media behind a URL are: by the URL as written, then as resolved.
    #[must_use]
    pub fn length_of_media(&self, written: &str, resolved: &str) -> Duration {
        self.media
            .get(written)
            .or_else(|| self.media.get(resolved))
            .copied()
            .unwrap_or(self.any_media)
    }
}
