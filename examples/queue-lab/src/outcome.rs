//! What a run comes to, in numbers.

use crate::callers::{HOUR, Visitor, micros};
use crate::centre::Centre;
use crate::run::{End, Played};

/// The waits of a class, or of all.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figures {
    /// `None`: all classes.
    pub(crate) class: Option<String>,
    pub(crate) callers: usize,
    /// Seconds, shortest first: of everyone, however the wait ended.
    pub(crate) waits: Vec<f64>,
    pub(crate) mean: Option<f64>,
    /// Half the width of the 95 % confidence interval of the mean.
    pub(crate) within: Option<f64>,
    /// Of those answered, the share answered in the service level's time.
    pub(crate) service_level: Option<f64>,
    pub(crate) hung_up: Option<f64>,
    pub(crate) voicemail: Option<f64>,
}

/// What a policy comes to.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The policy.
    pub(crate) rule: String,
    /// By class, then all together.
    pub(crate) figures: Vec<Figures>,
    pub(crate) occupancy: Option<f64>,
}

impl Outcome {
    pub(crate) fn new(
        centre: &Centre,
        rule: String,
        visitors: &[Visitor],
        played: &Played,
    ) -> Self {
        let mut figures: Vec<Figures> = centre
            .class_ids()
            .map(|(id, class)| {
                let name = Some(class.name.clone());
                figures(centre, name, visitors, played, |visitor| {
                    visitor.class == id
                })
            })
            .collect();
        figures.push(self::figures(centre, None, visitors, played, |_| true));
        Self {
            rule,
            figures,
            occupancy: played.occupancy,
        }
    }
}

fn figures(
    centre: &Centre,
    class: Option<String>,
    visitors: &[Visitor],
    played: &Played,
    counts: impl Fn(&Visitor) -> bool,
) -> Figures {
    let from = i64::from(centre.warm_up_hours) * HOUR;
    let in_time = micros(centre.service_level);
    let mut waits = Vec::new();
    let (mut answered, mut answered_in_time, mut hung_up, mut voicemail) =
        (0_usize, 0_usize, 0_usize, 0_usize);
    for (visitor, wait) in visitors.iter().zip(&played.waits) {
        let (true, Some(wait)) = (visitor.at >= from && counts(visitor), wait) else {
            continue;
        };
        waits.push(wait.length as f64 / 1e6);
        match wait.end {
            End::Answered => {
                answered += 1;
                answered_in_time += usize::from(wait.length <= in_time);
            }
            End::HungUp => hung_up += 1,
            End::Voicemail => voicemail += 1,
        }
    }
    let callers = waits.len();
    let (mean, within) = mean_within(&waits);
    waits.sort_by(f64::total_cmp);
    Figures {
        class,
        callers,
        mean,
        within,
        service_level: share(answered_in_time, answered),
        hung_up: share(hung_up, callers),
        voicemail: share(voicemail, callers),
        waits,
    }
}

impl Figures {
    /// The wait that this share of the callers does not exceed.
    pub(crate) fn quantile(&self, share: f64) -> Option<f64> {
        let rank = (share * self.callers as f64).ceil() as usize;
        self.waits.get(rank.saturating_sub(1)).copied()
    }

    /// The share of callers who wait longer.
    pub(crate) fn longer_than(&self, wait: f64) -> f64 {
        let up_to = self.waits.partition_point(|&length| length <= wait);
        if self.callers == 0 {
            return 0.0;
        }
        (self.callers - up_to) as f64 / self.callers as f64
    }
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Batches of callers in a row: their means are nearly independent, single waits are not.
const BATCHES: usize = 20;
/// Student's t for 95 %, two-sided, with one batch less degrees of freedom.
const STUDENT_T: f64 = 2.093;

fn mean_within(waits: &[f64]) -> (Option<f64>, Option<f64>) {
    let mean = |part: &[f64]| part.iter().sum::<f64>() / part.len() as f64;
    if waits.is_empty() {
        return (None, None);
    }
    let batch = waits.len() / BATCHES;
    if batch < 2 {
        return (Some(mean(waits)), None);
    }
    let means: Vec<f64> = waits.chunks_exact(batch).take(BATCHES).map(mean).collect();
    let middle = mean(&means);
    let variance = means.iter().map(|m| (m - middle).powi(2)).sum::<f64>() / (BATCHES - 1) as f64;
    let error = (variance / BATCHES as f64).sqrt();
    (Some(mean(waits)), Some(STUDENT_T * error))
}
