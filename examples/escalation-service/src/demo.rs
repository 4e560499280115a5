//! A day at a hotel's order desk in a second: a real engine on a real SQLite file, in virtual time,
//! with people who are played.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Cause, Channel, ChannelPolicy, Delivery, Engine, Notification, Outcome, Policy, ProcessId,
    Reaction, Response, StartRequest, Step, Window, notifier_fn,
};
use escalation_sqlite::SqliteStore;

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// What has happened, in order.
type Story = Arc<Mutex<Vec<String>>>;

/// Plays the day and prints it.
pub(crate) async fn play(out: &mut (impl Write + Send)) -> Result<(), AnyError> {
    let folder = tempfile::tempdir()?;
    let store = Arc::new(SqliteStore::open(folder.path().join("demo.db"))?);
    let story = Story::default();
    let clock = Arc::new(Mutex::new(at(5, 0)));
    let engine = Engine::builder(store)
        .notifier("phone", Arc::new(phones(&story, &clock)))
        .notifier("email", Arc::new(mailboxes(&story, &clock)))
        // Nobody answers, or a machine: the next one at once, and that one once more. Who is busy is
        // only called once more.
        .channel(
            "phone",
            ChannelPolicy::new()
                .max_attempts(2)
                .on(Cause::NoAnswer, Reaction::RetryAndAdvance)
                .on(Cause::Machine, Reaction::RetryAndAdvance),
        )
        .window(|delivery: &Delivery, now: DateTime<Utc>| {
            let day_at = |hour| {
                now.date_naive()
                    .and_hms_opt(hour, 0, 0)
                    .map(|time| time.and_utc())
            };
            let mail = delivery.channel() == &Channel::EMAIL;
            match (mail, day_at(8)) {
                // The office reads its mail from eight.
                (true, Some(opens)) if now < opens => Window::NotBefore(opens),
                _ => Window::Now,
            }
        })
        .build()?;
    writeln!(
        out,
        "A day at the order desk of the Hotel Adria. All times are UTC; nobody is called.\n"
    )?;
    for (hour, minute, what) in DAY {
        pass(&engine, &clock, at(*hour, *minute)).await?;
        happen(&engine, what, at(*hour, *minute), &story).await?;
    }
    pass(&engine, &clock, at(23, 59)).await?;
    for line in story.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        writeln!(out, "{line}")?;
    }
    let counts = engine.counts();
    writeln!(
        out,
        "\n{} processes; {} attempts: {} delivered, {} failed and tried again, {} failed for good",
        counts.started, counts.attempts, counts.delivered, counts.retried, counts.dead
    )?;
    writeln!(
        out,
        "what failed for good is kept, to look at and to replay:"
    )?;
    for letter in engine.store().dead_letters(None, 10).await? {
        writeln!(out, "  dead letter {}", crate::show::letter_line(&letter))?;
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum What {
    Order(&'static str, &'static [&'static str]),
    Done(&'static str),
    Reminder(&'static str, &'static str),
}

const DAY: &[(u32, u32, What)] = &[
    (5, 30, What::Reminder("stocktaking", "office@adria.example")),
    (8, 5, What::Order("order-101", &["reception"])),
    (8, 7, What::Done("order-101")),
    (
        12,
        30,
        What::Order("order-102", &["reception", "kitchen", "manager"]),
    ),
    (17, 0, What::Order("order-103", &["bar", "manager"])),
    (19, 15, What::Order("order-104", &["pager"])),
];

fn at(hour: u32, minute: u32) -> DateTime<Utc> {
    DateTime::from_timestamp(1_777_593_600, 0).unwrap_or_default()
        + TimeDelta::hours(hour.into())
        + TimeDelta::minutes(minute.into())
}

fn say(story: &Story, now: DateTime<Utc>, words: &str) {
    let mut story = story.lock().unwrap_or_else(PoisonError::into_inner);
    story.push(format!("{}  {words}", now.format("%H:%M:%S")));
}

/// Lets everything that is due before `until` happen when it is due.
async fn pass(
    engine: &Engine,
    clock: &Mutex<DateTime<Utc>>,
    until: DateTime<Utc>,
) -> Result<(), AnyError> {
    loop {
        let now = *clock.lock().unwrap_or_else(PoisonError::into_inner);
        let next = engine.run_once(now).await?;
        let next = next.filter(|next| *next <= until);
        *clock.lock().unwrap_or_else(PoisonError::into_inner) = next.unwrap_or(until);
        if next.is_none() {
            return Ok(());
        }
    }
}

async fn happen(
    engine: &Engine,
    what: &What,
    now: DateTime<Utc>,
    story: &Story,
) -> Result<(), AnyError> {
    match *what {
        What::Order(order, people) => {
            let mut policy = Policy::new();
            for (number, person) in (0..).zip(people) {
                let call =
                    Notification::after(Channel::PHONE, TimeDelta::zero()).to_phone_number(*person);
                let wait = TimeDelta::minutes(if number == 0 { 3 } else { 5 });
                policy = policy.step(Step::after(wait).notify(call));
            }
            let request = StartRequest::new(ProcessId::new(order)?).policy(policy);
            engine.start(&request, now).await?;
            say(
                story,
                now,
                &format!(
                    "{order} comes in; if nobody takes it, ring {}",
                    people.join(", then ")
                ),
            );
        }
        What::Done(order) => {
            engine.stop(&ProcessId::new(order)?, now).await?;
            say(
                story,
                now,
                &format!("{order} is taken at the desk: nobody is rung"),
            );
        }
        What::Reminder(name, address) => {
            let mail =
                Notification::after(Channel::EMAIL, TimeDelta::minutes(30)).to_email(address);
            engine
                .start(&StartRequest::new(ProcessId::new(name)?).notify(mail), now)
                .await?;
            say(
                story,
                now,
                &format!(
                    "{name}: a mail to {address} is planned for 06:00, before the office opens"
                ),
            );
        }
    }
    Ok(())
}

/// Who answers how.
fn phones(
    story: &Story,
    clock: &Arc<Mutex<DateTime<Utc>>>,
) -> impl escalation_core::Notifier + use<> {
    let (story, clock) = (Arc::clone(story), Arc::clone(clock));
    notifier_fn(move |delivery: Delivery| {
        let now = *clock.lock().unwrap_or_else(PoisonError::into_inner);
        let who = delivery
            .notification()
            .destination()
            .unwrap_or("nobody")
            .to_owned();
        let retry = |cause: Cause| Outcome::RetryAfter {
            at_least: None,
            reason: cause.into(),
        };
        let (answer, outcome) = match who.as_str() {
            "reception" | "pager" => ("no answer", retry(Cause::NoAnswer)),
            "kitchen" => ("busy", retry(Cause::Busy)),
            "bar" => ("an answering machine", retry(Cause::Machine)),
            _ => (
                "presses 4: takes it on",
                Outcome::Delivered(Response::Acknowledged),
            ),
        };
        let words = format!(
            "{}: ring {who}, attempt {}: {answer}",
            delivery.process(),
            delivery.attempt()
        );
        say(&story, now, &words);
        async move { outcome }
    })
}

fn mailboxes(
    story: &Story,
    clock: &Arc<Mutex<DateTime<Utc>>>,
) -> impl escalation_core::Notifier + use<> {
    let (story, clock) = (Arc::clone(story), Arc::clone(clock));
    notifier_fn(move |delivery: Delivery| {
        let now = *clock.lock().unwrap_or_else(PoisonError::into_inner);
        let to = delivery
            .notification()
            .destination()
            .unwrap_or("nobody")
            .to_owned();
        say(
            &story,
            now,
            &format!("{}: mail to {to}", delivery.process()),
        );
        async { Outcome::Delivered(Response::None) }
    })
}

/// The demo on standard output.
pub(crate) async fn print() -> Result<(), AnyError> {
    let mut text = Vec::new();
    play(&mut text).await?;
    io::stdout().lock().write_all(&text)?;
    Ok(())
}
