//! What an HTTP answer means for a delivery: the same for webhooks and PubNub.

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{Cause, Outcome, Reason};
use http::{HeaderMap, Response, StatusCode};
use twilio_rest::TransportError;

/// No answer that matters here is longer.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;

/// A 2xx answer, or what else has become of the delivery.
pub(crate) fn success(
    answer: Result<Response<Bytes>, TransportError>,
    now: DateTime<Utc>,
) -> Result<Response<Bytes>, Outcome> {
    let response = match answer {
        Ok(response) => response,
        // Its body is too long to be read, but it has answered; that it did as asked is likely,
        // and not sure.
        Err(error) if error.may_have_been_done() => {
            return Err(Outcome::Unknown(Reason::new(Cause::Timeout, told(&error))));
        }
        Err(error) => {
            return Err(Outcome::RetryAfter {
                at_least: None,
                reason: Reason::new(Cause::Throttled, told(&error)),
            });
        }
    };
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let detail = format!("answered {status}");
    Err(match status {
        // Nobody has looked at it yet.
        StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            Outcome::RetryAfter {
                at_least: retry_after(response.headers(), now),
                reason: Reason::new(Cause::Throttled, detail),
            }
        }
        // A gateway that gave up, or a failure in the middle: it may have been taken in.
        StatusCode::REQUEST_TIMEOUT => Outcome::Unknown(Reason::new(Cause::Timeout, detail)),
        status if status.is_server_error() => Outcome::Unknown(Reason::new(Cause::Timeout, detail)),
        // A redirect is not followed: the destination is the one that was configured. Any other
        // answer stays the same however often it is asked.
        _ => Outcome::Rejected(Reason::new(Cause::BadDestination, detail)),
    })
}

/// `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3), at most a day.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<TimeDelta> {
    let text = headers
        .get(http::header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim();
    let wait = match text.parse::<u32>() {
        Ok(seconds) => TimeDelta::seconds(seconds.into()),
        Err(_) => DateTime::parse_from_rfc2822(text).ok()?.to_utc() - now,
    };
    Some(wait.clamp(TimeDelta::zero(), TimeDelta::days(1)))
}

/// No longer than a person reads: it is kept with every attempt.
const LONGEST: usize = 500;

/// What another system said, cut where nobody reads on.
pub(crate) fn shortened(words: &str) -> String {
    words.chars().take(LONGEST).collect()
}

/// The error and its causes: what a person needs to mend it.
pub(crate) fn told(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        source = cause.source();
    }
    shortened(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(status: u16, retry: Option<&str>) -> Outcome {
        let mut response = Response::builder().status(status);
        if let Some(retry) = retry {
            response = response.header("Retry-After", retry);
        }
        let response = response.body(Bytes::new()).unwrap();
        success(Ok(response), DateTime::UNIX_EPOCH).unwrap_err()
    }

    #[test]
    fn each_status_has_one_outcome() {
        let waits = |status, retry| match outcome(status, retry) {
            Outcome::RetryAfter { at_least, .. } => at_least,
            other => panic!("{status}: {other:?}"),
        };
        assert_eq!(waits(429, Some("7")), Some(TimeDelta::seconds(7)));
        assert_eq!(
            waits(503, Some("Thu, 01 Jan 1970 00:01:00 GMT")),
            Some(TimeDelta::seconds(60))
        );
        assert_eq!(waits(503, Some("4000000000")), Some(TimeDelta::days(1)));
        assert_eq!(waits(425, Some("soon")), None);
        for status in [408, 500, 502, 504] {
            assert!(
                matches!(outcome(status, None), Outcome::Unknown(_)),
                "{status}"
            );
        }
        for status in [301, 400, 401, 404, 410, 414] {
            assert!(
                matches!(outcome(status, None), Outcome::Rejected(_)),
                "{status}"
            );
        }
    }

    #[test]
    fn only_what_was_surely_not_sent_is_sent_again_without_doubt() {
        let failed = |error| success(Err(error), DateTime::UNIX_EPOCH).unwrap_err();
        assert!(matches!(
            failed(TransportError::not_sent("refused")),
            Outcome::RetryAfter { .. }
        ));
        for error in [TransportError::lost("reset"), TransportError::TimedOut] {
            assert!(matches!(failed(error), Outcome::Unknown(_)));
        }
    }
}
