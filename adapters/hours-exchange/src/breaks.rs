use business_hours::{Hours, ScheduleSpec, TimeOfDay, TimeRange};
use chrono::Weekday;

use crate::Refusal;
use crate::week_table::WeekTable;

const DAY: u32 = 86_400;

/// The weekly hours with the breaks cut out of them.
///
/// A break in the part of a shift past midnight cannot be told apart from a gap between the shifts of two
/// days, which holidays treat differently: it is refused.
pub(crate) fn week_without_breaks(spec: &ScheduleSpec, refusals: &mut Vec<Refusal>) -> WeekTable {
    let (week, breaks) = (WeekTable::of(&spec.week), WeekTable::of(&spec.breaks));
    let mut cut = WeekTable::default();
    for (day, hours) in week.iter() {
        let pieces = hours.ranges().iter().flat_map(|range| {
            let (start, end) = (range.start().seconds(), range.end().seconds());
            let mut pieces = vec![(start, end)];
            for (from, until) in breaks_near(&breaks, day) {
                if from.max(start) >= until.min(end) {
                    continue;
                }
                if until > DAY {
                    refusals.push(Refusal::new(
                        "breaks",
                        range,
                        "has a break past midnight; end the shift there and begin another",
                    ));
                }
                pieces = pieces
                    .into_iter()
                    .flat_map(|piece| without(piece, (from, until)))
                    .collect();
            }
            pieces
        });
        // Pieces begin where a range or a break of the day does, and are shorter than their range.
        let ranges: Vec<_> = pieces
            .filter_map(|(from, until)| range(from, until))
            .collect();
        cut.set(day, Hours::new(ranges).unwrap_or_default());
    }
    cut
}

/// The breaks that may cut into a shift that begins on `day`, in seconds of that day.
fn breaks_near(breaks: &WeekTable, day: Weekday) -> Vec<(u32, u32)> {
    let of = |day: Weekday| {
        let ranges = breaks.get(day).ranges().iter();
        ranges.map(|range| (range.start().seconds(), range.end().seconds()))
    };
    let before = of(day.pred())
        .filter(|(_, until)| *until > DAY)
        .map(|(_, until)| (0, until - DAY));
    let after = of(day.succ()).map(|(from, until)| (from + DAY, until + DAY));
    before.chain(of(day)).chain(after).collect()
}

fn without((start, end): (u32, u32), (from, until): (u32, u32)) -> Vec<(u32, u32)> {
    if until <= start || end <= from {
        return vec![(start, end)];
    }
    let pieces = [(start, from.min(end)), (until.max(start), end)];
    pieces
        .into_iter()
        .filter(|(start, end)| start < end)
        .collect()
}

fn range(from: u32, until: u32) -> Option<TimeRange> {
    let time = |seconds| TimeOfDay::from_seconds(seconds).ok();
    TimeRange::new(time(from)?, time(until)?).ok()
}
