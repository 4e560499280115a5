//! A server process that is killed (SIGKILL) at any moment takes nothing with it that was answered, and gives no
//! caller to two reps; the other goes on, and the next one takes its place.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

mod database;
mod load;

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use database::{config, dispatcher, fresh_schema, listening, polling, support};
use load::{Ledger, Server};
use queue_dispatch::{AgentId, Dispatcher, Event, OfferStage, QueueStore};
use queue_postgres::SchemaName;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

const REPS: u64 = 3;
const SETTINGS: &str = "QUEUE_POSTGRES_PROCESS";

/// What a process is told: the schema, which server it is, the how many-th of that server, and how many callers each
/// server takes in.
#[derive(Debug, Clone)]
struct Settings {
    schema: SchemaName,
    server: u64,
    generation: u64,
    callers_each: u64,
}

impl Settings {
    fn agents(&self, generation: u64) -> impl Iterator<Item = AgentId> + use<> {
        let first = self.server * 1000 + generation * REPS;
        (first..first + REPS).map(AgentId::new)
    }

    fn write(&self) -> String {
        let Self {
            schema,
            server,
            generation,
            callers_each,
        } = self;
        format!("{schema} {server} {generation} {callers_each}")
    }

    fn read(text: &str) -> Self {
        let mut words = text.split(' ');
        Self {
            schema: words.next().unwrap().parse().unwrap(),
            server: words.next().unwrap().parse().unwrap(),
            generation: words.next().unwrap().parse().unwrap(),
            callers_each: words.next().unwrap().parse().unwrap(),
        }
    }

    /// Starts the process; what it was answered comes out of the task.
    fn start(&self) -> (Child, JoinHandle<Ledger>) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "process", "--ignored", "--nocapture"])
            .env(SETTINGS, self.write())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
        let ledger = tokio::spawn(async move {
            let mut ledger = Ledger::default();
            while let Some(line) = said.next_line().await.unwrap() {
                // The last line of a killed process may be cut off.
                let words = line
                    .strip_prefix("answered ")
                    .and_then(|line| line.split_once(' '));
                if let Some((version, event)) = words
                    && let Ok(event) = serde_json::from_str(event)
                {
                    ledger.answered.insert(version.parse().unwrap(), event);
                }
            }
            ledger
        });
        (child, ledger)
    }
}

/// Not a test by itself: what the others start.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a process that the other tests start"]
async fn process() {
    let Ok(settings) = std::env::var(SETTINGS) else {
        return;
    };
    println!();
    let settings = Settings::read(&settings);
    let queues = if settings.server == 0 {
        listening(config("POSTGRES_URL"), &settings.schema).await
    } else {
        polling(config("PGBOUNCER_URL"), &settings.schema).await
    };
    let dispatcher: Arc<Dispatcher> = Arc::new(dispatcher(&queues).await);
    let store: Arc<dyn QueueStore> = support(&queues).await;
    let server = || {
        let mut server = Server::new(&dispatcher, &store);
        server.witness = |version, event| {
            println!(
                "answered {version} {}",
                serde_json::to_string(event).unwrap()
            );
        };
        server
    };
    if settings.generation > 0 {
        // The phones of those before ring no more, and nobody sits at them. The one before may have been killed before
        // it could say so of the one before that.
        for agent in (0..settings.generation).flat_map(|before| settings.agents(before)) {
            let _ = server().say(Event::SignedOut { agent }).await;
        }
        server().say(Event::Restart).await.unwrap();
    }
    let log = load::log(&*store).await;
    let mut callers = u128::from(settings.server * settings.callers_each)..;
    let callers: Vec<u128> = callers
        .by_ref()
        .take(settings.callers_each as usize)
        .collect();
    let mut tasks = Vec::new();
    let mut desk = server();
    tasks.push(tokio::spawn(async move {
        for caller in callers {
            if !load::has_joined(&log, caller) {
                desk.take_in(caller..caller + 1).await;
            }
        }
    }));
    for agent in settings.agents(settings.generation) {
        let mut desk = server();
        let all = settings.callers_each * 2;
        tasks.push(tokio::spawn(async move { desk.serve(agent, all).await }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

async fn one_of_two_is_killed(times: u64, callers_each: u64) {
    let schema = fresh_schema().await;
    let store = support(&polling(config("POSTGRES_URL"), &schema).await).await;
    let settings = |server, generation| Settings {
        schema: schema.clone(),
        server,
        generation,
        callers_each,
    };
    let (mut stays, witness) = settings(1, 0).start();
    let mut ledger = Ledger::default();
    for generation in 0..times {
        let (mut dies, witness) = settings(0, generation).start();
        // In the middle of its work, if not before.
        let version = load::log(&*store).await.len() as u64;
        let _ =
            tokio::time::timeout(Duration::from_secs(2), store.changed_since(version + 20)).await;
        tokio::time::sleep(Duration::from_millis(fastrand::u64(..200))).await;
        dies.kill().await.unwrap();
        ledger.add(witness.await.unwrap());
    }
    let (mut last, last_witness) = settings(0, times).start();
    assert!(last.wait().await.unwrap().success());
    assert!(stays.wait().await.unwrap().success());
    ledger.add(last_witness.await.unwrap());
    ledger.add(witness.await.unwrap());

    // Talks go on when a server dies; here they end now.
    let dispatcher = dispatcher(&polling(config("POSTGRES_URL"), &schema).await).await;
    let mut talks = BTreeMap::new();
    for line in load::log(&*store).await {
        if let Event::Bridged { token } = line.event {
            talks.insert(token, ());
        }
    }
    for (token, ()) in talks {
        if let Some((_, OfferStage::Talking)) = dispatcher.read(|queue| queue.offer(token)) {
            let ends = Event::CallEnded { token };
            dispatcher.apply(ends, load::now()).await.unwrap();
        }
    }
    println!("{} answers", ledger.answered.len());
    load::balances(&*store, &ledger, callers_each * 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and PgBouncer: scripts/test starts them"]
async fn a_process_that_is_killed_takes_no_answer_with_it() {
    one_of_two_is_killed(3, 150).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL and PgBouncer: scripts/test starts them; a minute"]
async fn long_processes_are_killed_for_a_minute() {
    one_of_two_is_killed(20, 2000).await;
}
