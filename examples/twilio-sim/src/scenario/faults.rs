//! Faults in a scenario file.

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use twilio_simulator::{Fault, Faults, Transport};

use super::ScenarioError;

/// A fault, and which requests to a path it strikes: some by their number, some of a hundred by
/// chance, or all.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FaultRule {
    /// The path of the app's URL.
    pub path: String,
    /// The first and the last request, from 1.
    pub requests: Option<[u64; 2]>,
    /// So many of a hundred.
    pub percent: Option<u8>,
    /// What goes wrong.
    pub fault: FaultForm,
}

/// What goes wrong; see [`Fault`].
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultForm {
    /// The answer takes so many virtual seconds.
    Slow(f64),
    /// This status comes back, and the app is not asked.
    Status(u16),
    /// Half of the answer is lost.
    Truncated,
    /// No connection.
    Refused,
    /// No connection, and not even a refusal.
    Unreachable,
    /// The connection is reset before the app has read the request.
    Reset,
    /// The app is not asked, and Twilio does not know it: a callback that is lost.
    Lost,
    /// The request arrives so many virtual seconds later, and others overtake it.
    Delayed(f64),
    /// The app is asked, and its answer lost.
    AnswerLost,
    /// The app is asked twice.
    Duplicated,
}

impl FaultForm {
    fn fault(&self) -> Result<Fault, ScenarioError> {
        Ok(match self {
            Self::Slow(time) => Fault::Slow(seconds(*time)?),
            Self::Delayed(time) => Fault::Delayed(seconds(*time)?),
            Self::Unreachable => Fault::Unreachable,
            Self::Reset => Fault::Reset,
            Self::Lost => Fault::Lost,
            Self::Status(code) => Fault::Status(
                http::StatusCode::from_u16(*code).map_err(|_| ScenarioError::Status(*code))?,
            ),
            Self::Truncated => Fault::Truncated,
            Self::Refused => Fault::Refused,
            Self::AnswerLost => Fault::AnswerLost,
            Self::Duplicated => Fault::Duplicated,
        })
    }
}

fn seconds(time: f64) -> Result<Duration, ScenarioError> {
    Duration::try_from_secs_f64(time).map_err(|_| ScenarioError::Seconds(time))
}

/// The way to the app with these faults on it.
pub(super) fn with_faults(
    transport: Arc<dyn Transport>,
    rules: &[FaultRule],
    seed: u64,
) -> Result<Arc<dyn Transport>, ScenarioError> {
    if rules.is_empty() {
        return Ok(transport);
    }
    let mut faults = Faults::new(transport, seed);
    for rule in rules {
        let fault = rule.fault.fault()?;
        faults = match (rule.requests, rule.percent) {
            (None, None) => faults.at(&rule.path, 1..=u64::MAX, fault),
            (Some([first, last]), None) => faults.at(&rule.path, first..=last, fault),
            (None, Some(percent)) => faults.sometimes(&rule.path, percent, fault),
            (Some(_), Some(_)) => return Err(ScenarioError::RequestsAndPercent),
        };
    }
    Ok(Arc::new(faults))
}
