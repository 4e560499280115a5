//! Workers as programs of their own, which can be killed, and the ledger of what they sent.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]
#![allow(dead_code, reason = "each test file uses its part")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Channel, Delivery, Doubt, Engine, EscalationStore, Notification, Outcome, ProcessId, RequestId,
    Response, StartRequest, Timer, notifier_fn,
};
use escalation_postgres::{Listener, PostgresStore, Preparation, SchemaName};
use tokio_postgres::Config;

use crate::database::{block_on, config, pool};

/// The clock on the wall.
#[derive(Debug)]
pub(crate) struct WallTimer;

#[async_trait]
impl Timer for WallTimer {
    #[expect(clippy::disallowed_methods, reason = "the workers' clock")]
    fn now(&self) -> DateTime<Utc> {
        std::time::SystemTime::now().into()
    }

    fn elapsed(&self) -> TimeDelta {
        static START: OnceLock<tokio::time::Instant> = OnceLock::new();
        let start = START.get_or_init(tokio::time::Instant::now);
        TimeDelta::from_std(start.elapsed()).unwrap()
    }

    async fn sleep_until(&self, instant: DateTime<Utc>) {
        let wait = (instant - self.now()).to_std().unwrap_or_default();
        tokio::time::sleep(wait).await;
    }
}

pub(crate) fn now() -> DateTime<Utc> {
    WallTimer.now()
}

/// A store in the database's time that listens.
pub(crate) async fn connect(server: Config, direct: Config, schema: &SchemaName) -> PostgresStore {
    PostgresStore::builder(pool(server))
        .schema(schema.clone())
        .preparation(Preparation::Named)
        .listener(Listener::start(direct, PostgresStore::CHANNEL))
        .connect()
        .await
        .unwrap()
}

/// What was sent, in a file that outlives every kill: a key, a doubt and a worker in each line.
#[derive(Debug, Clone)]
pub(crate) struct Ledger(PathBuf);

impl Ledger {
    pub(crate) fn new(folder: &Path) -> Self {
        Self(folder.join("ledger"))
    }

    /// A notifier that writes into it, and takes its time for each.
    pub(crate) fn notifier(&self, takes: Duration) -> impl escalation_core::Notifier + use<> {
        let file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(&self.0)
            .unwrap();
        let file = Arc::new(file);
        notifier_fn(move |delivery: Delivery| {
            let worker = std::process::id();
            let line = format!("{} {:?} {worker}\n", delivery.key(), delivery.doubt());
            let file = Arc::clone(&file);
            async move {
                (&*file).write_all(line.as_bytes()).unwrap();
                if !takes.is_zero() {
                    tokio::time::sleep(takes).await;
                }
                Outcome::Delivered(Response::None)
            }
        })
    }

    /// How many lines there are.
    pub(crate) fn lines(&self) -> usize {
        std::fs::read(&self.0).map_or(0, |text| text.iter().filter(|byte| **byte == b'\n').count())
    }

    /// All were sent; and what was sent again was in doubt. Answers how many that were.
    pub(crate) fn balances(&self, expected: usize) -> usize {
        let text = std::fs::read_to_string(&self.0).unwrap();
        let mut sent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut workers = BTreeSet::new();
        for line in text.lines() {
            let mut words = line.split(' ');
            let (key, doubt) = (words.next().unwrap(), words.next().unwrap());
            sent.entry(key).or_default().push(doubt);
            workers.extend(words.next());
        }
        assert_eq!(sent.len(), expected, "all were sent");
        let in_doubt = format!("{:?}", Doubt::Unfinished);
        let mut again = 0;
        for (key, doubts) in &sent {
            let repeated = &doubts[1..];
            assert!(
                repeated.iter().all(|doubt| **doubt == in_doubt),
                "{key}: {doubts:?}"
            );
            again += repeated.len();
        }
        println!("{} workers have sent", workers.len());
        again
    }
}

/// How a worker works.
#[derive(Debug, Clone)]
pub(crate) struct Work {
    pub(crate) schema: SchemaName,
    pub(crate) folder: PathBuf,
    pub(crate) concurrency: usize,
    /// How long a delivery takes.
    pub(crate) takes: Duration,
}

const FOLDER: &str = "ESCALATION_TEST_FOLDER";
const SCHEMA: &str = "ESCALATION_TEST_SCHEMA";
const CONCURRENCY: &str = "ESCALATION_TEST_CONCURRENCY";
const TAKES: &str = "ESCALATION_TEST_TAKES_MS";

impl Work {
    /// Starts a worker: this test binary, asked for its test `worker`.
    pub(crate) fn start(&self) -> Worker {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "worker", "--nocapture"])
            .env(FOLDER, &self.folder)
            .env(SCHEMA, self.schema.as_str())
            .env(CONCURRENCY, self.concurrency.to_string())
            .env(TAKES, self.takes.as_millis().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Worker(child)
    }

    pub(crate) fn ledger(&self) -> Ledger {
        Ledger::new(&self.folder)
    }
}

/// What the program of a worker does: delivers until its standard input ends. Asked for by anybody
/// else, it has nothing to do.
pub(crate) fn work() {
    let Ok(folder) = std::env::var(FOLDER) else {
        return;
    };
    let number = |name| std::env::var(name).unwrap().parse::<u64>().unwrap();
    block_on(async {
        let schema = std::env::var(SCHEMA).unwrap().parse().unwrap();
        let server = config("POSTGRES_URL");
        let store = connect(server.clone(), server, &schema).await;
        let ledger = Ledger::new(Path::new(&folder));
        let notifier = ledger.notifier(Duration::from_millis(number(TAKES)));
        let engine = Engine::builder(Arc::new(store))
            .notifier("phone", Arc::new(notifier))
            .concurrency(usize::try_from(number(CONCURRENCY)).unwrap())
            .lease(TimeDelta::seconds(1))
            .build()
            .unwrap();
        let end = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        engine
            .run(&WallTimer, async {
                let _ = end.await;
            })
            .await;
    });
}

/// A worker's program.
#[derive(Debug)]
pub(crate) struct Worker(Child);

impl Worker {
    /// SIGKILL, without a word.
    pub(crate) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    /// How many deliveries it has begun.
    pub(crate) fn lines(&self, work: &Work) -> usize {
        let text = std::fs::read_to_string(&work.ledger().0).unwrap_or_default();
        let own = format!(" {}", self.0.id());
        text.lines().filter(|line| line.ends_with(&own)).count()
    }

    /// Lets it come to its end.
    pub(crate) fn end(mut self) {
        drop(self.0.stdin.take());
        let status = self.0.wait().unwrap();
        assert!(status.success(), "{status}");
    }
}

/// Starts processes with one call each, due now; asks again, with the same request, for as long as
/// the answer does not come.
pub(crate) async fn start_calls(store: &PostgresStore, prefix: &str, count: usize) {
    let calls = (0..count).map(async |number| {
        let process = ProcessId::new(format!("{prefix}-{number}")).unwrap();
        let request = RequestId::new(format!("start {process}")).unwrap();
        let call = Notification::at(Channel::PHONE, now()).to_phone_number("+385123456");
        let request = StartRequest::new(process).request_id(request).notify(call);
        let plan = request.plan(now()).unwrap();
        while let Err(error) = store.start(plan.clone(), now()).await {
            let unavailable = matches!(error, escalation_core::StoreError::Unavailable(_));
            assert!(unavailable, "{error:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    futures::future::join_all(calls).await;
}

/// Waits until no process is left; the deadline is that of a hung test.
pub(crate) async fn all_done(store: &PostgresStore) {
    let left = async {
        loop {
            match store.processes(None, 1).await {
                Ok(left) if left.is_empty() => return,
                _ => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(180), left).await;
    in_time.expect("everything is delivered in the end");
}
