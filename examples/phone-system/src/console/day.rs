//! Where the day began: the queue counts for ever, the board shows today.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use queue_dispatch::Stats;
use serde::{Deserialize, Serialize};

use crate::one_line;
use crate::records::Record;
use crate::system::PhoneSystem;

/// The queue's figures by class as the day began, or as somebody first looked. The key is the date where the line is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Day {
    classes: BTreeMap<String, Stats>,
}

impl Record for Day {
    const KIND: &'static str = "day";
}

impl Day {
    /// What a class had counted before.
    pub(crate) fn of(&self, class: &str) -> Stats {
        self.classes.get(class).copied().unwrap_or_default()
    }
}

/// Where today began, on all servers. To be asked for now and then also if nobody looks.
pub(crate) async fn began(system: &PhoneSystem, now: DateTime<Utc>) -> Day {
    let records = system.records();
    let offset = system.hours().zone().offset_at(now);
    let today = now.with_timezone(&offset).date_naive().to_string();
    if let Some(day) = records.get(&today) {
        return day;
    }
    let first = Day {
        classes: system.floor.queue.read(|queue| {
            let classes = queue.config().classes();
            classes
                .map(|(class, name)| (name.to_owned(), queue.class_stats(class)))
                .collect()
        }),
    };
    // The first day of all begins with nothing, whenever somebody looks.
    let first = match records.all::<Day>().is_empty() {
        true => Day::default(),
        false => first,
    };
    let kept = records
        .update(&today, |known| known.or_else(|| Some(first.clone())))
        .await;
    for (before, _) in records.all::<Day>() {
        // Dates in this form are in order as texts.
        if before < today {
            let removed = records.remove::<Day>(&before).await;
            report(system, removed);
        }
    }
    match kept {
        Ok(kept) => kept.unwrap_or(first),
        Err(error) => {
            report(system, Err(error));
            first
        }
    }
}

fn report(system: &PhoneSystem, done: Result<(), crate::records::RecordsError>) {
    if let Err(error) = done {
        system.note(
            "console",
            "cannot write down where the day began",
            one_line(&error),
        );
    }
}
