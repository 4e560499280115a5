//! A naive model of escalation, and a comparison of the engine with it, step by step.
//!
//! The model knows no leases, no tokens and no store: lists, gone through one by one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Backoff, Cause, Channel, ChannelPolicy, Delivery, Engine, EscalationStore, HoldState,
    IfRunning, LetterContent, Notification, Notifier, Outcome, Policy, ProcessId, Reaction, Reason,
    Reconciled, Reconciler, Replayed, Response, Stage, StartRequest, Step, UnknownPolicy,
    notifier_fn,
};
use proptest::prelude::*;

const ATTEMPTS: u32 = 3;
const INQUIRIES: u32 = 3;
const ACKNOWLEDGED_FOR: i64 = 50;
/// Notifications from this seed on go over the channel whose unknown outcomes are asked about.
const RECONCILED: u8 = 12;

/// What is waited after the attempt of that number, or as many words about one.
fn wait(number: u32) -> i64 {
    10 << (number - 1)
}

/// What somebody does, at the time the clock shows.
#[derive(Debug, Clone)]
pub(crate) enum Operation {
    Start {
        process: u8,
        steps: Vec<(i64, Vec<u8>)>,
        if_running: IfRunning,
    },
    Stop(u8),
    Acknowledge(u8, Option<i64>),
    Reopen(u8),
    /// The dead letter at that position, counted round, is replayed.
    Replay(usize),
    /// The clock moves, perhaps back, and the engine runs.
    Run(i64),
}

pub(crate) fn operations() -> impl Strategy<Value = Vec<Operation>> {
    let steps = prop::collection::vec((0..60_i64, prop::collection::vec(0..16_u8, 0..3)), 1..4);
    let operation = prop_oneof![
        4 => (0..4_u8, steps, 0..3).prop_map(|(process, steps, if_running)| {
            let if_running = match if_running {
                0 => IfRunning::Keep,
                1 => IfRunning::Replace,
                _ => IfRunning::Extend,
            };
            Operation::Start { process, steps, if_running }
        }),
        1 => (0..4_u8).prop_map(Operation::Stop),
        1 => (0..4_u8, prop::option::of(-20..90_i64))
            .prop_map(|(process, until)| Operation::Acknowledge(process, until)),
        1 => (0..4_u8).prop_map(Operation::Reopen),
        1 => (0..9_usize).prop_map(Operation::Replay),
        6 => (-30..70_i64).prop_map(Operation::Run),
    ];
    prop::collection::vec(operation, 1..30)
}

/// How the attempt of a notification with that seed ends; the same for engine and model.
fn outcome(seed: u8, attempt: u32) -> Outcome {
    let retry = |cause: Cause| Outcome::RetryAfter {
        at_least: None,
        reason: cause.into(),
    };
    match seed {
        0..=3 => Outcome::Delivered(Response::None),
        4 if attempt < 3 => retry(Cause::Throttled),
        4 => Outcome::Delivered(Response::None),
        5 => Outcome::Rejected(Reason::new(Cause::BadDestination, "")),
        6 => Outcome::Unknown(Cause::Timeout.into()),
        7 => Outcome::Delivered(Response::Acknowledged),
        8 => Outcome::Delivered(Response::Resolved),
        9 => retry(Cause::Busy),
        10 => retry(Cause::NoAnswer),
        11 => retry(Cause::Machine),
        _ => Outcome::Unknown(Cause::Timeout.into()),
    }
}

/// What is answered about an attempt of a notification with that seed.
#[derive(Debug)]
struct Answers;

fn answer(seed: u8, attempt: u32) -> Reconciled {
    match seed {
        12 => Reconciled::delivered(Response::None),
        13 => Reconciled::NeverSent,
        14 if attempt == 2 => Reconciled::Ended(Outcome::Rejected(Cause::BadDestination.into())),
        14 => Reconciled::NeverSent,
        _ => Reconciled::AskAgain(Cause::Timeout.into()),
    }
}

#[async_trait::async_trait]
impl Reconciler for Answers {
    async fn reconcile(&self, delivery: &Delivery) -> Reconciled {
        let seed = delivery.notification().details().get("seed").unwrap();
        answer(seed, delivery.attempt())
    }
}

/// Compares the engine on this store with the model, after every operation.
pub(crate) async fn compare(store: Arc<dyn EscalationStore>, operations: &[Operation]) {
    let ledger: Arc<Mutex<Vec<(String, u32)>>> = Arc::default();
    let seen = Arc::clone(&ledger);
    let notifier = notifier_fn(move |delivery: Delivery| {
        let seed = delivery.notification().details().get("seed").unwrap();
        let line = (delivery.key().to_string(), delivery.attempt());
        seen.lock().unwrap().push(line);
        let outcome = outcome(seed, delivery.attempt());
        async move { outcome }
    });
    let policy = ChannelPolicy::new()
        .max_attempts(ATTEMPTS)
        .backoff(Backoff::new(TimeDelta::seconds(10)).jitter(0.0))
        .acknowledged_for(TimeDelta::seconds(ACKNOWLEDGED_FOR))
        .on(Cause::Busy, Reaction::Advance)
        .on(Cause::NoAnswer, Reaction::RetryAndAdvance);
    let notifier = Arc::new(notifier);
    let asked_about = policy
        .clone()
        .unknown(UnknownPolicy::Reconcile)
        .max_inquiries(INQUIRIES);
    let engine = Engine::builder(Arc::clone(&store))
        .notifier("phone", Arc::clone(&notifier) as Arc<dyn Notifier>)
        .channel("phone", policy)
        .notifier("sms", notifier)
        .channel("sms", asked_about)
        .reconciler("sms", Arc::new(Answers))
        // One after another, so that there is one right order.
        .concurrency(1)
        .build()
        .unwrap();

    let mut model = Model::default();
    let mut now = 1_000;
    for operation in operations {
        match operation {
            Operation::Start {
                process,
                steps,
                if_running,
            } => {
                let request = request(*process, steps).if_running(*if_running);
                let started = engine.start(&request, at(now)).await;
                let empty = steps.iter().all(|(_, seeds)| seeds.is_empty());
                assert_eq!(started.is_err(), empty, "only an empty plan is refused");
                model.start(*process, steps, *if_running, now);
            }
            Operation::Stop(process) => {
                engine.stop(&id(*process), at(now)).await.unwrap();
                model.running.remove(process);
            }
            Operation::Acknowledge(process, seconds) => {
                let until = seconds.map(|seconds| now + seconds);
                engine
                    .acknowledge(&id(*process), until.map(at), at(now))
                    .await
                    .unwrap();
                if let Some(process) = model.running.get_mut(process) {
                    process.suspend(until, now);
                }
            }
            Operation::Reopen(process) => {
                engine.reopen(&id(*process), at(now)).await.unwrap();
                if let Some(process) = model.running.get_mut(process) {
                    process.release(now);
                }
            }
            Operation::Replay(position) => {
                let letters = store.dead_letters(None, 10_000).await.unwrap();
                if let Some(position) = position.checked_rem(letters.len()) {
                    let replayed = store.replay(letters[position].id, at(now)).await.unwrap();
                    let expected = model.replay(position, now);
                    assert_eq!(replayed == Replayed::Due, expected, "{replayed:?}");
                }
            }
            Operation::Run(seconds) => {
                now += seconds;
                let next = engine.run_once(at(now)).await.unwrap();
                let delivered = model.run(now);
                assert_eq!(std::mem::take(&mut *ledger.lock().unwrap()), delivered);
                assert_eq!(next.map(|next| next.timestamp()), model.next_due());
            }
        }
        model.forget_ended();
        same_state(&*store, &model).await;
    }
}

async fn same_state(store: &dyn EscalationStore, model: &Model) {
    for process in 0..4 {
        let found = store.process(&id(process)).await.unwrap().map(|snapshot| {
            let hold = match snapshot.hold {
                HoldState::Held { since, until } => {
                    Some((since.timestamp(), until.map(|until| until.timestamp())))
                }
                _ => None,
            };
            let rows = snapshot.open.iter().map(|open| Row {
                sequence: open.planned.sequence.position(),
                step: open.planned.stage,
                due: open.planned.due_at.timestamp(),
                ready: open.ready_at.timestamp(),
                attempts: open.attempts,
                seed: open.planned.notification.details().get("seed").unwrap(),
                said: open
                    .history
                    .iter()
                    .map(|said| (said.number, said.ended_at.timestamp()))
                    .collect(),
            });
            Process {
                generation: snapshot.generation.number(),
                hold,
                rows: rows.collect(),
            }
        });
        assert_eq!(
            found.as_ref(),
            model.running.get(&process),
            "process {process}"
        );
    }
    let letters = store.dead_letters(None, 10_000).await.unwrap();
    let dead: Vec<_> = letters
        .iter()
        .filter_map(|letter| match &letter.content {
            LetterContent::Notification {
                generation,
                sequence,
                ..
            } => Some((generation.number(), sequence.position())),
            _ => None,
        })
        .collect();
    let expected: Vec<_> = model
        .dead
        .iter()
        .map(|dead| (dead.generation, dead.row.sequence))
        .collect();
    assert_eq!(dead, expected);
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn id(process: u8) -> ProcessId {
    ProcessId::new(process.to_string()).unwrap()
}

fn request(process: u8, steps: &[(i64, Vec<u8>)]) -> StartRequest {
    let policy = steps.iter().fold(Policy::new(), |policy, (wait, seeds)| {
        let step = Step::after(TimeDelta::seconds(*wait));
        policy.step(seeds.iter().fold(step, |step, seed| {
            let channel = if *seed < RECONCILED { "phone" } else { "sms" };
            let channel = Channel::new(channel).unwrap();
            let call = Notification::after(channel, TimeDelta::zero());
            step.notify(call.with("seed", seed).unwrap())
        }))
    });
    StartRequest::new(id(process)).policy(policy)
}

#[derive(Debug, Default)]
struct Model {
    generations: u64,
    running: BTreeMap<u8, Process>,
    dead: Vec<Dead>,
    /// The next sequence of each generation that was started and has not ended.
    next_sequence: BTreeMap<u64, u32>,
}

#[derive(Debug)]
struct Dead {
    process: u8,
    generation: u64,
    row: Row,
}

#[derive(Debug, PartialEq)]
struct Process {
    generation: u64,
    hold: Option<(i64, Option<i64>)>,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq)]
struct Row {
    sequence: u32,
    step: Stage,
    due: i64,
    ready: i64,
    attempts: u32,
    seed: u8,
    /// The attempts that failed and the answers that said nothing: which, and when.
    said: Vec<(u32, i64)>,
}

impl Model {
    fn start(&mut self, process: u8, steps: &[(i64, Vec<u8>)], if_running: IfRunning, now: i64) {
        let mut rows = Vec::new();
        let (mut due, mut step) = (now, 1);
        for (wait, seeds) in steps {
            due += wait;
            for seed in seeds {
                rows.push(Row {
                    sequence: rows.len() as u32,
                    step: Stage::new(1, step),
                    due,
                    ready: due,
                    attempts: 0,
                    seed: *seed,
                    said: Vec::new(),
                });
            }
            // A step that notifies nobody is only a wait.
            step += u32::from(!seeds.is_empty());
        }
        if rows.is_empty() {
            return;
        }
        match (if_running, self.running.get_mut(&process)) {
            (IfRunning::Keep, Some(_)) => return,
            (IfRunning::Extend, Some(running)) => {
                let Some(next) = self.next_sequence.get_mut(&running.generation) else {
                    return;
                };
                for mut row in rows {
                    row.sequence = *next;
                    *next += 1;
                    running.add(row, now);
                }
                return;
            }
            _ => {}
        }
        self.generations += 1;
        self.next_sequence
            .insert(self.generations, rows.len() as u32);
        let new = Process {
            generation: self.generations,
            hold: None,
            rows,
        };
        self.running.insert(process, new);
    }

    /// Answers whether the letter could be replayed.
    fn replay(&mut self, position: usize, now: i64) -> bool {
        let dead = &self.dead[position];
        let running = self.running.get(&dead.process);
        if running.is_some_and(|running| running.generation != dead.generation) {
            return false;
        }
        let dead = self.dead.remove(position);
        let process = self.running.entry(dead.process).or_insert(Process {
            generation: dead.generation,
            hold: None,
            rows: Vec::new(),
        });
        let mut row = dead.row;
        (row.due, row.ready, row.attempts) = (now, now, 0);
        process.add(row, now);
        true
    }

    fn forget_ended(&mut self) {
        let running = &self.running;
        self.next_sequence.retain(|generation, _| {
            let mut running = running.values();
            running.any(|process| process.generation == *generation)
        });
    }

    fn run(&mut self, now: i64) -> Vec<(String, u32)> {
        let mut delivered = Vec::new();
        loop {
            for process in self.running.values_mut() {
                if let Some((_, Some(until))) = process.hold
                    && until <= now
                {
                    process.release(until);
                }
            }
            let due = self
                .running
                .iter()
                .filter(|(_, process)| process.hold.is_none())
                .flat_map(|(id, process)| {
                    process
                        .rows
                        .iter()
                        .map(|row| (row.ready, process.generation, row.sequence, *id))
                })
                .min();
            let Some((_, generation, sequence, id)) = due.filter(|due| due.0 <= now) else {
                return delivered;
            };
            delivered.extend(self.attempt(id, generation, sequence, now));
        }
    }

    /// Answers what was sent, if anything was.
    fn attempt(
        &mut self,
        id: u8,
        generation: u64,
        sequence: u32,
        now: i64,
    ) -> Option<(String, u32)> {
        let process = self.running.get_mut(&id).unwrap();
        let index = process
            .rows
            .iter()
            .position(|row| row.sequence == sequence)
            .unwrap();
        // All that goes over the channel whose outcomes are asked about is unknown at first.
        let row = &process.rows[index];
        let answer =
            (row.seed >= RECONCILED && row.attempts > 0).then(|| answer(row.seed, row.attempts));
        let (sent, ended) = match answer {
            None | Some(Reconciled::NeverSent) => {
                process.rows[index].attempts += 1;
                let row = &process.rows[index];
                let line = (format!("{id}/{generation}/{sequence}"), row.attempts);
                (Some(line), outcome(row.seed, row.attempts))
            }
            Some(Reconciled::Ended(outcome)) => (None, outcome),
            Some(_) => (None, Outcome::Unknown(Cause::Timeout.into())),
        };
        let row = process.rows[index].clone();
        let words = row
            .said
            .iter()
            .rev()
            .take_while(|(number, at)| *number == row.attempts && *at >= row.due)
            .count() as u32;
        if !matches!(ended, Outcome::Delivered(_)) {
            process.rows[index].said.push((row.attempts, now));
        }
        let exhausted = row.attempts >= ATTEMPTS;
        let (again, dead, advance) = match ended {
            Outcome::Delivered(Response::Acknowledged) => {
                process.rows.remove(index);
                process.suspend(Some(now + ACKNOWLEDGED_FOR), now);
                (None, false, false)
            }
            Outcome::Delivered(Response::Resolved) => {
                process.rows.clear();
                (None, false, false)
            }
            Outcome::Delivered(_) => {
                process.rows.remove(index);
                (None, false, false)
            }
            Outcome::Rejected(_) => (None, true, false),
            Outcome::RetryAfter { reason, .. } if reason.cause() == Cause::Busy => {
                let later = |other: &Row| (other.due, other.sequence) > (row.due, row.sequence);
                let is_followed = process.rows.iter().any(later);
                if is_followed {
                    process.rows.remove(index);
                }
                (None, !is_followed, true)
            }
            Outcome::RetryAfter { reason, .. } => {
                let again = (!exhausted).then(|| wait(row.attempts));
                (again, exhausted, reason.cause() == Cause::NoAnswer)
            }
            // Nobody can tell: asked again, so many times.
            _ if sent.is_none() => {
                let again = words.max(1) < INQUIRIES;
                let wait = again.then(|| wait(row.attempts + words));
                (wait, !again, false)
            }
            // The last attempt is asked about too, but not one more that follows it.
            _ if row.seed >= RECONCILED => {
                let again = row.attempts <= ATTEMPTS;
                (again.then(|| wait(row.attempts)), !again, false)
            }
            _ => ((!exhausted).then(|| wait(row.attempts)), exhausted, false),
        };
        if let Some(wait) = again {
            process.rows[index].ready = now + wait;
        }
        if dead {
            let row = process.rows.remove(index);
            self.dead.push(Dead {
                process: id,
                generation,
                row,
            });
        }
        if advance {
            process.advance(row.step, now);
        }
        if process.rows.is_empty() {
            self.running.remove(&id);
        }
        sent
    }

    fn next_due(&self) -> Option<i64> {
        self.running
            .values()
            .flat_map(|process| match process.hold {
                Some((_, until)) => until.into_iter().collect::<Vec<_>>(),
                None => process.rows.iter().map(|row| row.ready).collect(),
            })
            .min()
    }
}

impl Process {
    /// Added to a held process, it is as far away when the hold ends as it is now.
    fn add(&mut self, mut row: Row, now: i64) {
        if let Some((since, _)) = self.hold {
            row.due = row.due.max(now) - (now - since).max(0);
            row.ready = row.due;
        }
        self.rows.push(row);
        self.rows.sort_by_key(|row| row.sequence);
    }

    fn suspend(&mut self, until: Option<i64>, now: i64) {
        let since = self.hold.map_or(now, |(since, _)| since);
        self.hold = Some((since, until));
    }

    fn release(&mut self, at: i64) {
        let Some((since, _)) = self.hold.take() else {
            return;
        };
        let held_for = (at - since).max(0);
        for row in &mut self.rows {
            row.due = row.due.max(since) + held_for;
            row.ready = row.ready.max(since) + held_for;
        }
    }

    fn advance(&mut self, step: Stage, now: i64) {
        let following = |row: &&mut Row| row.step > step;
        let next = self
            .rows
            .iter_mut()
            .filter(following)
            .map(|row| row.ready)
            .min();
        let by = next.map_or(0, |next| next - now).max(0);
        for row in self.rows.iter_mut().filter(following) {
            row.due -= by;
            row.ready -= by;
        }
    }
}
