//! Letting go of what nobody needs any more, so that memory and database stay small however long it runs.

use chrono::{DateTime, TimeDelta, Utc};

use crate::records::{
    Call, CallBack, Installation, Quarter, RatingRequest, Record, Records, RecordsError, Server,
    TimelineEntry, Voicemail,
};

/// How often; one server does it for all.
const EVERY: TimeDelta = TimeDelta::minutes(5);
/// The calls that are kept after their end, for the console.
const ENDED_CALLS: usize = 200;
/// A request about a call that has ended may come this late, and must not bring the call back.
const LATE_REQUESTS: TimeDelta = TimeDelta::minutes(10);
/// A call that is neither in line nor talks and of which nobody has heard for so long has ended without notice.
const FORGOTTEN: TimeDelta = TimeDelta::hours(5);
/// The lines of the timeline that are kept.
const ENTRIES: usize = 1_000;
/// The quarters of an hour that are kept: four times what the wallboard shows.
const QUARTERS: usize = 192;
/// How long a server that is gone is remembered.
const GONE: TimeDelta = TimeDelta::hours(1);
/// How long the console shows messages that somebody has heard, and call backs that are settled.
const KEPT: TimeDelta = TimeDelta::days(30);
/// How many call backs that are settled are kept: anybody may show one number after the other.
const SETTLED: usize = 500;
/// How many of the newest changes a console may be behind and still resume.
const RESUMABLE: u64 = 5_000;
/// How many records are removed at once.
const TOGETHER: usize = 200;

/// Tidies up if it is time and nobody else has. So many messages that somebody has `heard` are kept.
pub(crate) async fn tidy(
    records: &Records,
    heard: usize,
    now: DateTime<Utc>,
) -> Result<(), RecordsError> {
    let is_due = |last: DateTime<Utc>| now - last >= EVERY;
    let installed: Option<Installation> = records.get("queue");
    if !installed.is_some_and(|this| is_due(this.tidied_at.unwrap_or(this.founded_at))) {
        return Ok(());
    }
    let mut mine = false;
    records
        .update("queue", |this: Option<Installation>| {
            let this = this?;
            mine = is_due(this.tidied_at.unwrap_or(this.founded_at));
            Some(Installation {
                tidied_at: if mine { Some(now) } else { this.tidied_at },
                ..this
            })
        })
        .await?;
    if mine {
        remove::<Call>(records, old_calls(records, now)).await?;
        remove::<TimelineEntry>(records, old_entries(records)).await?;
        remove::<Voicemail>(records, heard_messages(records, heard, now)).await?;
        remove::<CallBack>(records, settled_call_backs(records, now)).await?;
        remove::<RatingRequest>(records, old_requests(records, now)).await?;
        remove::<Quarter>(records, old_quarters(records)).await?;
        remove::<Server>(records, gone_servers(records, now)).await?;
    }
    // Each server its own memory of removals, and the first for all the database's.
    records
        .forget_removals(records.change().saturating_sub(RESUMABLE))
        .await
}

fn old_calls(records: &Records, now: DateTime<Utc>) -> Vec<String> {
    let (mut ended, mut old) = (Vec::new(), Vec::new());
    for (key, call) in records.all::<Call>() {
        match call.ended_at {
            Some(at) => ended.push((at, key)),
            None if !call.in_line && now - call.heard_at > FORGOTTEN => old.push(key),
            None => {}
        }
    }
    ended.sort_unstable();
    let beyond = ended.len().saturating_sub(ENDED_CALLS);
    let late = ended
        .into_iter()
        .take(beyond)
        .filter(|(at, _)| now - *at > LATE_REQUESTS);
    old.extend(late.map(|(_, key)| key));
    old
}

fn old_entries(records: &Records) -> Vec<String> {
    // Their keys begin with the instant.
    let entries = records.all::<TimelineEntry>();
    let beyond = entries.len().saturating_sub(ENTRIES);
    entries
        .into_iter()
        .take(beyond)
        .map(|(key, _)| key)
        .collect()
}

fn old_quarters(records: &Records) -> Vec<String> {
    let quarters = records.all::<Quarter>().into_iter();
    let mut keys: Vec<_> = quarters.map(|(key, _)| key).collect();
    // Each is its instant, in a form that sorts.
    keys.sort_unstable();
    keys.truncate(keys.len().saturating_sub(QUARTERS));
    keys
}

/// Nobody's message goes unheard.
fn heard_messages(records: &Records, kept: usize, now: DateTime<Utc>) -> Vec<String> {
    let messages = records.all::<Voicemail>().into_iter();
    let heard = messages.filter(|(_, message)| message.heard_by.is_some());
    oldest(heard.map(|(key, message)| (message.at, key)), kept, now)
}

/// Those that were long ago, and those beyond so many newer ones.
fn oldest(
    all: impl Iterator<Item = (DateTime<Utc>, String)>,
    kept: usize,
    now: DateTime<Utc>,
) -> Vec<String> {
    let mut all: Vec<_> = all.collect();
    all.sort_unstable();
    let beyond = all.len().saturating_sub(kept);
    let old = all
        .into_iter()
        .enumerate()
        .filter(|(place, (at, _))| *place < beyond || now - *at > KEPT);
    old.map(|(_, (_, key))| key).collect()
}

/// Nobody answers after three days, and after one they may be asked again.
fn old_requests(records: &Records, now: DateTime<Utc>) -> Vec<String> {
    let requests = records.all::<RatingRequest>().into_iter();
    requests
        .filter(|(_, request)| now - request.at > TimeDelta::days(4))
        .map(|(number, _)| number)
        .collect()
}

fn settled_call_backs(records: &Records, now: DateTime<Utc>) -> Vec<String> {
    let call_backs = records.all::<CallBack>().into_iter();
    let settled = call_backs.filter(|(_, one)| !one.is_open());
    oldest(settled.map(|(key, one)| (one.due, key)), SETTLED, now)
}

fn gone_servers(records: &Records, now: DateTime<Utc>) -> Vec<String> {
    let servers = records.all::<Server>().into_iter();
    servers
        .filter(|(_, server)| now - server.ended_at.unwrap_or(server.alive_at) > GONE)
        .map(|(key, _)| key)
        .collect()
}

async fn remove<T: Record>(records: &Records, keys: Vec<String>) -> Result<(), RecordsError> {
    for keys in keys.chunks(TOGETHER) {
        records
            .together(|draft| keys.iter().for_each(|key| draft.remove::<T>(key)))
            .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Database;

    #[tokio::test]
    async fn the_oldest_messages_that_were_heard_go_first_and_none_that_was_not() {
        let records = Records::open(Database::in_memory().unwrap().records)
            .await
            .unwrap();
        let now: DateTime<Utc> = "2026-05-01T09:00:00Z".parse().unwrap();
        for (key, days, heard) in [
            ("RE1", 90, false),
            ("RE2", 31, true),
            ("RE3", 3, true),
            ("RE4", 2, true),
            ("RE5", 1, false),
            ("RE6", 0, true),
        ] {
            let at = now - TimeDelta::days(days);
            let by = heard.then_some("Ann");
            let message = serde_json::json!({
                "call": "CA1", "from": "+447700900301", "at": at, "url": "", "heard_by": by,
            });
            let message: Voicemail = serde_json::from_value(message).unwrap();
            records.put(key, &message).await.unwrap();
        }
        assert_eq!(heard_messages(&records, 10, now), ["RE2"]);
        assert_eq!(heard_messages(&records, 2, now), ["RE2", "RE3"]);
        assert_eq!(
            heard_messages(&records, 0, now),
            ["RE2", "RE3", "RE4", "RE6"]
        );
    }
}
