use std::time::Duration;

use chrono::DateTime;
use http::header::{DATE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};

use crate::TransportError;

/// When and how often a request is tried again.
///
/// | what happened | read, or harmless to repeat | creation |
/// | --- | --- | --- |
/// | 429: Twilio has not looked at it | again | again |
/// | no connection could be made | again | again |
/// | 500, 502, 503, 504 | again | [`Ambiguous`] |
/// | answer lost or too late | again | [`Ambiguous`] |
/// | anything else | never | never |
///
/// Between attempts it waits a random part of a span that doubles each time (full jitter). A
/// `Retry-After` is waited out, up to a limit, plus a random part of the first span, so that many
/// clients do not come back together.
///
/// Deletions count as harmless to repeat. A deletion that finds nothing (404) after an attempt
/// without an answer has been done by that attempt, and is no error.
///
/// [`Ambiguous`]: crate::Error::Ambiguous
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    attempts: u32,
    first_span: Duration,
    longest_span: Duration,
    longest_retry_after: Duration,
}

impl Default for RetryPolicy {
    /// 4 attempts; spans from 250 ms to 8 s; at most 30 s of `Retry-After`.
    fn default() -> Self {
        Self {
            attempts: 4,
            first_span: Duration::from_millis(250),
            longest_span: Duration::from_secs(8),
            longest_retry_after: Duration::from_secs(30),
        }
    }
}

impl RetryPolicy {
    /// One attempt only.
    #[must_use]
    pub fn never() -> Self {
        Self {
            attempts: 1,
            ..Self::default()
        }
    }

    /// How often it is tried in all, at least once.
    #[must_use]
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = if attempts == 0 { 1 } else { attempts };
        self
    }

    /// The span of the first wait, and the longest one.
    #[must_use]
    pub const fn spans(mut self, first: Duration, longest: Duration) -> Self {
        self.first_span = first;
        self.longest_span = longest;
        self
    }

    /// The longest `Retry-After` that is waited out; a longer one is cut to this.
    #[must_use]
    pub const fn longest_retry_after(mut self, longest: Duration) -> Self {
        self.longest_retry_after = longest;
        self
    }

    /// How long to wait after failed attempt number `attempt`, counted from 1; none if that was
    /// the last. `fraction` is the random part, 0.0 to 1.0.
    pub(crate) fn wait(
        &self,
        attempt: u32,
        retry_after: Option<Duration>,
        fraction: f64,
    ) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        Some(match retry_after {
            Some(asked) => asked.min(self.longest_retry_after) + self.first_span.mul_f64(fraction),
            None => {
                let doublings = attempt.saturating_sub(1).min(31);
                let span = self.first_span.saturating_mul(1 << doublings);
                span.min(self.longest_span).mul_f64(fraction)
            }
        })
    }
}

/// What repeating a request may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Nothing more than doing it once.
    Harmless,
    /// A second call, a second message.
    Doubles,
    /// Nothing more, but it finds nothing to delete.
    Deletes,
}

/// What to make of a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    TryAgain,
    /// It may have been done, and must not be done twice.
    Ambiguous,
    Final,
}

pub(crate) const fn judge_status(status: StatusCode, repeat: Repeat) -> Verdict {
    match (status.as_u16(), repeat) {
        (429, _) | (500 | 502 | 503 | 504, Repeat::Harmless | Repeat::Deletes) => Verdict::TryAgain,
        // 408 and 425 are sent in place of an answer, by whoever stands between.
        (408 | 425 | 500..=599, Repeat::Doubles) => Verdict::Ambiguous,
        _ => Verdict::Final,
    }
}

pub(crate) const fn judge_transport(error: &TransportError, repeat: Repeat) -> Verdict {
    match (error, repeat) {
        (TransportError::NotSent(_), _) => Verdict::TryAgain,
        (_, Repeat::Doubles) => Verdict::Ambiguous,
        // It would be as long the next time.
        (TransportError::TooLarge { .. }, _) => Verdict::Final,
        (_, Repeat::Harmless | Repeat::Deletes) => Verdict::TryAgain,
    }
}

/// How long the server asks to wait. A date counts from the server's own `Date`, so that nobody
/// here has to look at a clock.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = DateTime::parse_from_rfc2822(text).ok()?;
    let now = DateTime::parse_from_rfc2822(headers.get(DATE)?.to_str().ok()?).ok()?;
    Some((until - now).to_std().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn waits_double_are_capped_and_end() {
        let policy = RetryPolicy::default();
        let ms = |attempt, asked: Option<u64>, fraction| {
            policy
                .wait(attempt, asked.map(Duration::from_secs), fraction)
                .map(|wait| wait.as_millis())
        };
        assert_eq!(ms(1, None, 1.0), Some(250));
        assert_eq!(ms(2, None, 1.0), Some(500));
        assert_eq!(ms(3, None, 0.5), Some(500));
        assert_eq!(ms(4, None, 1.0), None);
        assert_eq!(ms(1, Some(2), 0.0), Some(2_000));
        assert_eq!(ms(1, Some(86_400), 1.0), Some(30_250));
        let patient = policy.attempts(u32::MAX);
        assert_eq!(
            patient.wait(1_000_000, None, 1.0),
            Some(Duration::from_secs(8))
        );
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_by_the_servers_own_clock() {
        fn read(pairs: &[(http::HeaderName, &'static str)]) -> Option<Duration> {
            let header = |(name, value): &(http::HeaderName, &'static str)| {
                (name.clone(), HeaderValue::from_static(value))
            };
            retry_after(&pairs.iter().map(header).collect())
        }
        assert_eq!(read(&[(RETRY_AFTER, "3")]), Some(Duration::from_secs(3)));
        let date = "Tue, 03 Mar 2026 09:00:10 GMT";
        assert_eq!(
            read(&[(RETRY_AFTER, date), (DATE, "Tue, 03 Mar 2026 09:00:00 GMT")]),
            Some(Duration::from_secs(10))
        );
        assert_eq!(
            read(&[(RETRY_AFTER, date), (DATE, "Tue, 03 Mar 2026 10:00:00 GMT")]),
            Some(Duration::ZERO)
        );
        assert_eq!(read(&[(RETRY_AFTER, date)]), None);
        assert_eq!(read(&[(RETRY_AFTER, "soon")]), None);
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn a_creation_is_never_repeated_once_it_may_have_been_done() {
        let lost = || TransportError::lost("reset");
        for status in (400..600).filter_map(|code| StatusCode::from_u16(code).ok()) {
            let again = judge_status(status, Repeat::Doubles) == Verdict::TryAgain;
            assert_eq!(again, status == StatusCode::TOO_MANY_REQUESTS, "{status}");
        }
        assert_eq!(
            judge_transport(&lost(), Repeat::Doubles),
            Verdict::Ambiguous
        );
        assert_eq!(
            judge_transport(&TransportError::TimedOut, Repeat::Doubles),
            Verdict::Ambiguous
        );
        assert_eq!(
            judge_transport(&TransportError::not_sent("refused"), Repeat::Doubles),
            Verdict::TryAgain
        );
        assert_eq!(
            judge_transport(&lost(), Repeat::Harmless),
            Verdict::TryAgain
        );
    }
}
