//! Live statistics: counted as things happen, read in O(1).

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::time::{Micros, span};

/// What has happened to the callers of a class, or of all, since the queue began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Stats {
    /// Joined a line, transfers included.
    pub joined: u64,
    /// Of those, rang back in time and took up the old place.
    #[serde(default)]
    pub resumed: u64,
    /// Bridged to an agent.
    pub answered: u64,
    /// Of those, within the service level's time.
    pub answered_in_time: u64,
    /// Hung up before being bridged.
    pub abandoned: u64,
    /// Of those, within the service level's time.
    pub abandoned_in_time: u64,
    /// Of those, before the threshold for short abandons: dialled the wrong number, mostly.
    pub abandoned_short: u64,
    /// Left to voicemail, to be called back or such: by the ladder, or as they chose.
    pub left: u64,
    /// Offers that nobody answered.
    pub missed: u64,
    /// Offers declined.
    pub rejected: u64,
    /// Bridges that failed.
    pub failed: u64,
    waited: Micros,
    talked: Micros,
    talks: u64,
}

impl Stats {
    /// Answered in time, of those answered: the first common formula. `None` before any answer.
    pub fn service_level(&self) -> Option<f64> {
        ratio(self.answered_in_time, self.answered)
    }

    /// Answered or abandoned in time, of those answered or abandoned: the second common formula.
    pub fn service_level_with_abandons(&self) -> Option<f64> {
        ratio(
            self.answered_in_time + self.abandoned_in_time,
            self.answered + self.abandoned,
        )
    }

    /// Abandoned, of those whose wait is over. `None` before any.
    pub fn abandonment(&self) -> Option<f64> {
        ratio(self.abandoned, self.answered + self.abandoned + self.left)
    }

    /// The average speed of answer: mean wait of those answered.
    pub fn average_speed_of_answer(&self) -> Option<TimeDelta> {
        mean(self.waited, self.answered)
    }

    /// The mean length of the talks that are over.
    pub fn average_talk(&self) -> Option<TimeDelta> {
        mean(self.talked, self.talks)
    }

    /// The largest of the counts.
    pub(crate) fn largest(&self) -> u64 {
        let counts = [
            self.joined,
            self.resumed,
            self.answered,
            self.answered_in_time,
            self.abandoned,
            self.abandoned_in_time,
            self.abandoned_short,
            self.left,
            self.missed,
            self.rejected,
            self.failed,
            self.talks,
        ];
        counts.into_iter().fold(0, u64::max)
    }

    pub(crate) fn answer(&mut self, wait: Micros, config: &Config) {
        self.answered += 1;
        self.answered_in_time += u64::from(wait <= span(config.service_level));
        self.waited = self.waited.saturating_add(wait);
    }

    pub(crate) fn abandon(&mut self, wait: Micros, config: &Config) {
        self.abandoned += 1;
        self.abandoned_in_time += u64::from(wait <= span(config.service_level));
        self.abandoned_short += u64::from(wait < span(config.short_abandon));
    }

    pub(crate) fn talk(&mut self, length: Micros) {
        self.talks += 1;
        self.talked = self.talked.saturating_add(length);
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.joined += other.joined;
        self.resumed += other.resumed;
        self.answered += other.answered;
        self.answered_in_time += other.answered_in_time;
        self.abandoned += other.abandoned;
        self.abandoned_in_time += other.abandoned_in_time;
        self.abandoned_short += other.abandoned_short;
        self.left += other.left;
        self.missed += other.missed;
        self.rejected += other.rejected;
        self.failed += other.failed;
        self.waited = self.waited.saturating_add(other.waited);
        self.talked = self.talked.saturating_add(other.talked);
        self.talks += other.talks;
    }
}

fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn mean(sum: Micros, count: u64) -> Option<TimeDelta> {
    let count = i64::try_from(count).ok().filter(|&count| count > 0)?;
    Some(TimeDelta::microseconds(sum / count))
}

/// What one agent adds to the staffing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) staffed: bool,
    pub(crate) busy: bool,
    pub(crate) serving: u8,
}

/// How many agents are staffed and busy, now and integrated over time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Staffing {
    pub(crate) staffed: u32,
    pub(crate) busy: u32,
    /// How many calls those who are ready take at once.
    pub(crate) serving: u32,
    pub(crate) staffed_time: Micros,
    pub(crate) busy_time: Micros,
}

impl Staffing {
    pub(crate) fn recount(&mut self, before: Counted, now: Counted) {
        self.staffed = self.staffed + u32::from(now.staffed) - u32::from(before.staffed);
        self.busy = self.busy + u32::from(now.busy) - u32::from(before.busy);
        self.serving = self.serving + u32::from(now.serving) - u32::from(before.serving);
    }

    pub(crate) fn pass(&mut self, time: Micros) {
        self.staffed_time = self
            .staffed_time
            .saturating_add(time.saturating_mul(i64::from(self.staffed)));
        self.busy_time = self
            .busy_time
            .saturating_add(time.saturating_mul(i64::from(self.busy)));
    }

    pub(crate) fn occupancy(&self) -> Option<f64> {
        (self.staffed_time > 0).then(|| self.busy_time as f64 / self.staffed_time as f64)
    }
}
