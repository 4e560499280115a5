use std::collections::BTreeMap;

use business_hours::{Hours, Weekdays};
use chrono::Weekday;

/// The hours of each of the seven days, Monday first: a week with its keys taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WeekTable([Hours; 7]);

impl WeekTable {
    /// Days that are not named are closed.
    pub(crate) fn of(week: &BTreeMap<Weekdays, Hours>) -> Self {
        let mut table = Self::default();
        for (days, hours) in week {
            for day in days.iter() {
                table.set(day, hours.clone());
            }
        }
        table
    }

    pub(crate) fn get(&self, day: Weekday) -> &Hours {
        &self.0[day.num_days_from_monday() as usize]
    }

    pub(crate) fn set(&mut self, day: Weekday, hours: Hours) {
        self.0[day.num_days_from_monday() as usize] = hours;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Weekday, &Hours)> {
        Weekdays::EVERY_DAY.iter().zip(&self.0)
    }

    /// With a key for each set of days that have the same hours, the closed ones left out.
    pub(crate) fn to_week(&self) -> BTreeMap<Weekdays, Hours> {
        let mut week = BTreeMap::new();
        for (_, hours) in self.iter().filter(|(_, hours)| !hours.is_closed()) {
            let same = self.iter().filter(|(_, other)| *other == hours);
            if let Some(days) = weekdays(same.map(|(day, _)| day)) {
                week.insert(days, hours.clone());
            }
        }
        week
    }
}

/// The set of these days; `None` if there are none.
pub(crate) fn weekdays(days: impl Iterator<Item = Weekday>) -> Option<Weekdays> {
    let names: Vec<_> = days.map(|day| day.to_string()).collect();
    names.join(",").parse().ok()
}
