//! How long a caller still waits, in words that they can rely on.

use chrono::TimeDelta;
use queue_dispatch::WaitEstimate;

/// A promise that nine callers in ten see kept; nothing when nobody can say.
pub(crate) fn spoken(estimate: Option<WaitEstimate>) -> Option<String> {
    let minutes = up_to(estimate?.high);
    Some(match minutes {
        1 => "It will take about a minute.".to_owned(),
        2..=5 => format!("It will take no more than {minutes} minutes."),
        6..=30 => format!("It may take up to {} minutes.", minutes.div_ceil(5) * 5),
        _ => "It may take more than half an hour.".to_owned(),
    })
}

/// In whole minutes, upwards.
fn up_to(time: TimeDelta) -> u64 {
    let seconds = time.num_seconds().max(0).unsigned_abs();
    seconds.div_ceil(60).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_rounded_up() {
        for (seconds, minutes) in [(-5, 1), (0, 1), (60, 1), (61, 2), (300, 5), (301, 6)] {
            assert_eq!(up_to(TimeDelta::seconds(seconds)), minutes, "{seconds}");
        }
        assert_eq!(spoken(None), None);
    }
}
