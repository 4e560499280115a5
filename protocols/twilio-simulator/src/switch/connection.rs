//! How patient Twilio is with a URL, as its fragment says.

use std::time::Duration;

use http::StatusCode;

use crate::transport::TransportError;

/// Twilio waits so long for a complete answer.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// Twilio waits so long for a connection, unless told otherwise, and at most.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const LONGEST_CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// Most retries that a fragment can ask for.
const MOST_RETRIES: u8 = 5;

/// Connection overrides: `#rc=2&rp=5xx,ct&ct=2000&rt=3000&tt=10000`, as Twilio's page on them has it. The
/// fragment is neither sent nor signed. Confidence: high for the defaults, medium for the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Connection {
    /// `rc`: how often a failed request is made again.
    pub(crate) retries: u8,
    /// `ct`: for a connection.
    connect: Duration,
    /// `tt`: for all attempts together.
    total: Duration,
    /// `rt`: for one answer.
    read: Duration,
    /// `rp`: which failures are worth another attempt.
    on: RetryOn,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct RetryOn {
    connect: bool,
    read: bool,
    client_error: bool,
    server_error: bool,
}

impl Default for Connection {
    /// One retry, when no connection could be made.
    fn default() -> Self {
        Self {
            retries: 1,
            connect: CONNECT_LIMIT,
            total: TIME_LIMIT,
            read: TIME_LIMIT,
            on: RetryOn {
                connect: true,
                ..RetryOn::default()
            },
        }
    }
}

impl Connection {
    /// What a fragment asks for. Words and values that Twilio does not have change nothing.
    pub(crate) fn from_fragment(fragment: &str) -> Self {
        let mut connection = Self::default();
        for (name, value) in fragment.split('&').filter_map(|pair| pair.split_once('=')) {
            let time = || value.parse().ok().map(Duration::from_millis);
            match name {
                "rc" => {
                    if let Ok(retries) = value.parse::<u8>() {
                        connection.retries = retries.min(MOST_RETRIES);
                    }
                }
                "ct" => {
                    let limit = time().unwrap_or(CONNECT_LIMIT);
                    connection.connect = limit.min(LONGEST_CONNECT_LIMIT);
                }
                "tt" => connection.total = time().unwrap_or(TIME_LIMIT).min(TIME_LIMIT),
                "rt" => connection.read = time().unwrap_or(TIME_LIMIT).min(TIME_LIMIT),
                "rp" => connection.on = RetryOn::from_words(value),
                _ => {}
            }
        }
        connection
    }

    /// How long an answer may take when the attempts before have taken so long already.
    pub(crate) fn patience(&self, spent: Duration) -> Duration {
        self.read.min(self.total.saturating_sub(spent))
    }

    /// How long making a connection may take.
    pub(crate) fn patience_to_connect(&self, spent: Duration) -> Duration {
        self.connect.min(self.total.saturating_sub(spent))
    }

    /// Whether a request that so many attempts were made of, and that failed so, is made again.
    pub(crate) fn retries_after(
        &self,
        attempts: u8,
        spent: Duration,
        outcome: Result<StatusCode, &TransportError>,
    ) -> bool {
        let worth_it = match outcome {
            Ok(status) if status.is_client_error() => self.on.client_error,
            Ok(status) if status.is_server_error() => self.on.server_error,
            Ok(_) => false,
            Err(TransportError::Connect(_) | TransportError::ConnectTimedOut(_)) => self.on.connect,
            Err(TransportError::TimedOut(_) | TransportError::Broken(_)) => self.on.read,
            Err(_) => false,
        };
        worth_it && attempts <= self.retries && spent < self.total
    }
}

impl RetryOn {
    fn from_words(words: &str) -> Self {
        let mut on = Self::default();
        for word in words.split(',') {
            match word.trim() {
                "ct" => on.connect = true,
                "rt" => on.read = true,
                "4xx" => on.client_error = true,
                "5xx" => on.server_error = true,
                "all" => {
                    on = Self {
                        connect: true,
                        read: true,
                        client_error: true,
                        server_error: true,
                    };
                }
                _ => {}
            }
        }
        on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fragment_says_how_often_and_how_long() {
        let plain = Connection::default();
        let refused = TransportError::Connect(String::new());
        let late = TransportError::TimedOut(TIME_LIMIT);
        assert!(plain.retries_after(1, Duration::ZERO, Err(&refused)));
        assert!(!plain.retries_after(2, Duration::ZERO, Err(&refused)));
        assert!(!plain.retries_after(1, Duration::ZERO, Err(&late)));
        let patient = Connection::from_fragment("rc=9&rp=5xx,rt&rt=4000&x=1");
        assert_eq!(patient.retries, 5);
        assert_eq!(patient.patience(Duration::ZERO), Duration::from_secs(4));
        assert_eq!(
            patient.patience(Duration::from_secs(14)),
            Duration::from_secs(1)
        );
        let broken = Ok(StatusCode::BAD_GATEWAY);
        assert!(patient.retries_after(5, Duration::ZERO, broken));
        assert!(!patient.retries_after(1, TIME_LIMIT, broken));
        assert!(!patient.retries_after(1, Duration::ZERO, Err(&refused)));
        assert!(!patient.retries_after(1, Duration::ZERO, Ok(StatusCode::NOT_FOUND)));
    }
}
