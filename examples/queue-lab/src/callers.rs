//! Who calls when, for how long, and with how much patience: drawn once, so that every policy serves
//! the same callers.

use queue_dispatch::ClassId;

use crate::centre::{Centre, Class, Shape};

/// Microseconds since the start.
pub(crate) type Micros = i64;

pub(crate) const HOUR: Micros = 3_600_000_000;

/// One caller to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Visitor {
    pub(crate) at: Micros,
    pub(crate) class: ClassId,
    pub(crate) talk: Micros,
    /// Hangs up after waiting so long; `None`: never.
    pub(crate) patience: Option<Micros>,
}

/// All callers, in the order they arrive: for each class a Poisson process whose rate may change by
/// the hour.
pub(crate) fn draw(centre: &Centre) -> Vec<Visitor> {
    let mut seeds = fastrand::Rng::with_seed(centre.seed);
    let mut visitors = Vec::new();
    for (id, class) in centre.class_ids() {
        // A generator of its own: another class in the file does not change these callers.
        let mut chance = Chance(fastrand::Rng::with_seed(seeds.u64(..)));
        for hour in 0..centre.hours.get() {
            of_an_hour(hour, id, class, &mut chance, &mut visitors);
        }
    }
    visitors.sort_by_key(|visitor| (visitor.at, visitor.class));
    visitors
}

/// A Poisson process has no memory, so each hour may begin anew.
fn of_an_hour(
    hour: u32,
    id: ClassId,
    class: &Class,
    chance: &mut Chance,
    visitors: &mut Vec<Visitor>,
) {
    let rate = class.calls_per_hour.at(hour as usize).unwrap_or(0.0);
    if rate <= 0.0 {
        return;
    }
    let start = Micros::from(hour) * HOUR;
    let mut at = start + chance.exponential(3600.0 / rate);
    while at < start + HOUR {
        visitors.push(Visitor {
            at,
            class: id,
            talk: match class.talk_shape {
                Shape::Exponential => chance.exponential(class.talk),
                Shape::Fixed => micros(class.talk),
            },
            patience: class.patience.map(|mean| chance.exponential(mean)),
        });
        at += chance.exponential(3600.0 / rate);
    }
}

struct Chance(fastrand::Rng);

impl Chance {
    /// A length of this mean in seconds, in microseconds, at least one.
    fn exponential(&mut self, mean: f64) -> Micros {
        // 1 - u is never zero, for u is below one.
        micros(-mean * (1.0 - self.0.f64()).ln()).max(1)
    }
}

pub(crate) fn micros(seconds: f64) -> Micros {
    (seconds * 1e6).round() as Micros
}

#[cfg(test)]
mod tests {
    use super::*;

    fn centre(text: &str) -> Centre {
        Centre::parse(&format!(
            "agents = 1\nhours = 200\n{text}\n[[policy]]\nrule = \"strict\""
        ))
        .unwrap()
    }

    #[test]
    fn the_same_seed_draws_the_same_callers() {
        let text = "[[class]]\nname = \"a\"\ncalls_per_hour = 60\ntalk = 100\npatience = 90";
        let first = draw(&centre(text));
        assert_eq!(first, draw(&centre(text)));
        assert_ne!(first, draw(&centre(&format!("seed = 2\n{text}"))));
    }

    /// 12,000 expected; within five standard deviations (a deviation is the root of the count).
    #[test]
    fn as_many_as_asked_for_and_as_long() {
        let visitors = draw(&centre(
            "[[class]]\nname = \"a\"\ncalls_per_hour = [120, 0]\ntalk = 100\npatience = 90",
        ));
        let count = visitors.len() as f64;
        assert!(
            (count - 12_000.0).abs() < 5.0 * 12_000_f64.sqrt(),
            "{count}"
        );
        assert!(visitors.iter().all(|visitor| (visitor.at / HOUR) % 2 == 0));
        let mean = |of: fn(&Visitor) -> Micros| {
            visitors.iter().map(of).sum::<Micros>() as f64 / count / 1e6
        };
        assert!((mean(|v| v.talk) - 100.0).abs() < 5.0 * 100.0 / count.sqrt());
        assert!((mean(|v| v.patience.unwrap()) - 90.0).abs() < 5.0 * 90.0 / count.sqrt());
    }
}
