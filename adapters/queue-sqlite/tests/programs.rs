//! Programs share a queue in a file: no caller is served by two reps, and a program that is killed
//! (SIGKILL) at any instant takes nothing with it that was answered.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::future::{join, join_all};
use queue_dispatch::{
    Agent, AgentId, CallId, CallState, ClassId, Config, Dispatcher, Event, Queue, QueueStore,
    Recorded,
};
use queue_sqlite::{SqliteQueue, SqliteQueues};

const CALLERS: u64 = 40;
const REPS: u64 = 3;

fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn queue(folder: &Path) -> SqliteQueue {
    SqliteQueues::open(folder.join("queues.db"))
        .unwrap()
        .queue("support".parse().unwrap())
}

/// A program that takes in calls and whose reps serve whoever waits, theirs and the others'.
struct Program {
    dispatcher: Dispatcher,
    /// Each event that was answered, which outlives a kill.
    ledger: File,
    snapshots: bool,
    all_are_in: Cell<bool>,
}

impl Program {
    async fn open(folder: &Path, snapshots: bool) -> Self {
        let ledger = OpenOptions::new()
            .append(true)
            .create(true)
            .open(folder.join("ledger"))
            .unwrap();
        let store = Arc::new(queue(folder));
        let config = Config::premium_and_regular();
        Self {
            dispatcher: Dispatcher::open(config, store).await.unwrap(),
            ledger,
            snapshots,
            all_are_in: Cell::new(false),
        }
    }

    /// Says something that has an effect, and writes down that it was answered.
    async fn say(&self, event: Event) {
        let applied = self.dispatcher.apply(event.clone(), noon()).await.unwrap();
        let line = Recorded::new(applied.version, noon(), event);
        let line = format!("{}\n", serde_json::to_string(&line).unwrap());
        (&self.ledger).write_all(line.as_bytes()).unwrap();
        println!("answered");
        if self.snapshots && applied.version % 16 == 0 {
            self.dispatcher.save_snapshot().await.unwrap();
        }
    }

    async fn take_in(&self, callers: std::ops::Range<u64>) {
        for caller in callers {
            let class = if caller % 3 == 0 {
                ClassId::PREMIUM
            } else {
                ClassId::REGULAR
            };
            self.say(Event::enqueue(CallId::new(caller.into()), class))
                .await;
        }
        self.all_are_in.set(true);
    }

    async fn serve(&self, agent: AgentId) {
        self.say(Event::SignedIn(Agent::new(agent).on_the_line()))
            .await;
        loop {
            let all_are_in = self.all_are_in.get();
            let next = Event::NextCaller { agent };
            let applied = self.dispatcher.apply(next, noon()).await.unwrap();
            match self.dispatcher.read(|queue| queue.offer_for(agent)) {
                Some(offer) => {
                    let token = offer.token;
                    self.say(Event::OfferAccepted { token }).await;
                    self.say(Event::Bridged { token }).await;
                    self.say(Event::CallEnded { token }).await;
                }
                None if all_are_in => break,
                None => drop(self.dispatcher.follow(applied.version).await.unwrap()),
            }
        }
        self.say(Event::SignedOut { agent }).await;
    }

    /// The whole day of the program with this number.
    async fn run(&self, number: u64, callers: u64) {
        let first = number * 1_000;
        let reps = (0..REPS).map(|rep| self.serve(AgentId::new(first + rep)));
        join(self.take_in(first..first + callers), join_all(reps)).await;
    }

    /// What an operator does after a crash: what was not bridged is offered anew, those whose talk
    /// nobody holds any more are hung up, and new reps serve the rest.
    async fn clear_up(&self) {
        self.say(Event::Restart).await;
        let (talking, agents) = self.dispatcher.read(|queue| {
            let agents: Vec<_> = queue.agents().map(|(agent, _)| agent).collect();
            let calls = (0..10_000).map(CallId::new);
            let talking: Vec<_> = calls
                .filter(|call| matches!(queue.call_state(*call), Some(CallState::Talking { .. })))
                .collect();
            (talking, agents)
        });
        for call in talking {
            self.say(Event::HungUp { call }).await;
        }
        for agent in agents {
            let event = Event::SignedOut { agent };
            let _ = self.dispatcher.apply(event, noon()).await;
        }
        self.run(9, 0).await;
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.unwrap().block_on(future)
}

/// Holds what was answered against what the file holds. Returns how many callers it knows.
fn balance(folder: &Path) -> u64 {
    block_on(async {
        let ledger = std::fs::read_to_string(folder.join("ledger")).unwrap();
        let answered: BTreeMap<u64, Event> = ledger
            .lines()
            .map(|line| serde_json::from_str::<Recorded>(line).unwrap())
            .map(|line| (line.version, line.event))
            .collect();
        assert_eq!(answered.len(), ledger.lines().count(), "no version twice");

        let store = queue(folder);
        let log = store.after(0, usize::MAX).await.unwrap();
        let first = log[0].version;
        for (expected, line) in (first..).zip(&log) {
            assert_eq!(line.version, expected, "no gaps");
        }
        for (version, event) in answered.range(first..) {
            let place = usize::try_from(version - first).unwrap();
            assert_eq!(log.get(place).map(|line| &line.event), Some(event));
        }

        let dispatcher = Dispatcher::open(Config::premium_and_regular(), Arc::new(store))
            .await
            .unwrap();
        let stats = dispatcher.read(Queue::stats);
        let taken_in: BTreeSet<_> = answered
            .values()
            .filter_map(|event| match event {
                Event::Enqueue(caller) => Some(caller.call),
                _ => None,
            })
            .collect();
        let unanswered = stats.joined - taken_in.len() as u64;
        assert!(unanswered <= 1, "{unanswered} in the log, but not answered");
        assert_eq!(dispatcher.read(Queue::calls), 0, "all were served");
        assert_eq!(stats.answered, stats.joined, "each once");
        assert_eq!((stats.abandoned, stats.left), (0, 0));
        stats.joined
    })
}

/// Two connections, as two programs have, in two threads.
#[test]
fn dispatchers_on_two_connections_never_give_a_caller_to_two_reps() {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for number in [1, 2] {
            let folder = folder.path();
            scope.spawn(move || {
                block_on(async { Program::open(folder, false).await.run(number, 150).await });
            });
        }
    });
    assert_eq!(balance(folder.path()), 300);
}

/// The program that is killed: this test binary, asked for this one test. Asked for by anybody else,
/// it has nothing to do.
#[test]
#[ignore = "started by the tests below as a program of its own"]
fn worker() {
    let Ok(folder) = std::env::var("QUEUE_TEST_FOLDER") else {
        return;
    };
    let number = std::env::var("QUEUE_TEST_PROGRAM").unwrap();
    let snapshots = std::env::var_os("QUEUE_TEST_SNAPSHOTS").is_some();
    block_on(async {
        let program = Program::open(Path::new(&folder), snapshots).await;
        program.run(number.parse().unwrap(), CALLERS).await;
    });
}

fn start(folder: &Path, number: u64, snapshots: bool) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--ignored", "--exact", "worker", "--nocapture"])
        .env("QUEUE_TEST_FOLDER", folder)
        .env("QUEUE_TEST_PROGRAM", number.to_string())
        .stdout(Stdio::piped());
    if snapshots {
        command.env("QUEUE_TEST_SNAPSHOTS", "yes");
    }
    command.spawn().unwrap()
}

/// Waits for that many answers, and a while, and kills the program. Returns whether it was still
/// running.
fn kill_after(mut program: Child, answers: usize, pause: Duration) -> bool {
    // Kept until the end: a program whose output nobody can read any more dies by itself.
    let mut output = BufReader::new(program.stdout.take().unwrap()).lines();
    output
        .by_ref()
        .map_while(Result::ok)
        .filter(|line| line.ends_with("answered"))
        .take(answers)
        .for_each(drop);
    // Somewhere between two answers.
    std::thread::sleep(pause);
    let running = program.try_wait().unwrap().is_none();
    program.kill().unwrap();
    program.wait().unwrap();
    running
}

#[test]
fn three_programs_serve_each_caller_once() {
    let folder = tempfile::tempdir().unwrap();
    let programs: Vec<_> = (1..=3)
        .map(|number| start(folder.path(), number, number == 2))
        .collect();
    for program in programs {
        let ended = program.wait_with_output().unwrap();
        assert!(ended.status.success(), "{ended:?}");
    }
    assert_eq!(balance(folder.path()), 3 * CALLERS);
}

#[test]
fn a_killed_program_takes_nothing_with_it() {
    kill_rounds(6);
}

#[test]
#[ignore = "takes minutes: scripts/test --long runs it"]
fn long_a_hundred_killed_programs_take_nothing_with_them() {
    kill_rounds(100);
}

fn kill_rounds(rounds: usize) {
    let (mut callers, mut killed) = (0, 0);
    for round in 0..rounds {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        // With snapshots the log is shortened under everybody's feet.
        let snapshots = round % 2 == 1;
        let (victim, spared) = (start(folder, 1, snapshots), start(folder, 2, snapshots));
        let pause = Duration::from_micros((round as u64 * 397) % 3_000);
        killed += usize::from(kill_after(victim, 1 + round * 7 % 90, pause));
        let ended = spared.wait_with_output().unwrap();
        assert!(ended.status.success(), "round {round}: {ended:?}");
        block_on(async { Program::open(folder, snapshots).await.clear_up().await });
        callers += balance(folder);
    }
    println!("{rounds} rounds, {killed} killed while at work, {callers} callers, each served once");
    assert!(killed > 0, "nobody was killed in time");
}
