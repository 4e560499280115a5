//! What whoever runs a server asks it: whether it lives, whether it wants requests, and what it has counted.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use phone_system::morning::{LINE, StageError, TOKEN, Town, caller, talks};
use phone_system::records::{RecordStore, RecordStoreError, Row, Write, WriteError};
use phone_system::{
    Database, Journal, Outside, PhoneSystem, Settings, Speed, app, load_hours, serve,
};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use twilio_rest::{Client, Credentials};

use crate::{FRIDAY_TEN, Outcome};

/// Records in a database that may not answer, or say nothing at all.
#[derive(Debug)]
struct Shaky {
    inner: Arc<dyn RecordStore>,
    how: AtomicU8,
}

const WELL: u8 = 0;
const DOWN: u8 = 1;
const SILENT: u8 = 2;

impl Shaky {
    fn is(&self, how: u8) {
        self.how.store(how, Ordering::SeqCst);
    }

    async fn answers(&self) -> Result<(), RecordStoreError> {
        match self.how.load(Ordering::SeqCst) {
            WELL => Ok(()),
            DOWN => Err(RecordStoreError::new("connection refused")),
            _ => std::future::pending().await,
        }
    }
}

#[async_trait]
impl RecordStore for Shaky {
    async fn write(&self, writes: Vec<Write>) -> Result<Vec<u64>, WriteError> {
        self.answers().await?;
        self.inner.write(writes).await
    }

    async fn after(&self, change: u64, max: usize) -> Result<Vec<Row>, RecordStoreError> {
        self.answers().await?;
        self.inner.after(change, max).await
    }

    async fn changed_since(&self, change: u64) -> Result<(), RecordStoreError> {
        self.answers().await?;
        self.inner.changed_since(change).await
    }

    async fn forget_removals(&self, up_to: u64) -> Result<(), RecordStoreError> {
        self.answers().await?;
        self.inner.forget_removals(up_to).await
    }

    async fn forgotten(&self) -> Result<u64, RecordStoreError> {
        self.answers().await?;
        self.inner.forgotten().await
    }
}

/// A server as `--serve` runs it, on a database that may be out of order.
struct Server {
    address: SocketAddr,
    records: Arc<Shaky>,
    end: Option<oneshot::Sender<()>>,
    served: JoinHandle<std::io::Result<()>>,
}

impl Server {
    async fn start() -> Result<Self, StageError> {
        let variables = |name: &str| {
            let value = match name {
                "TWILIO_ACCOUNT_SID" => "AC0123456789abcdef0123456789abcdef",
                "TWILIO_AUTH_TOKEN" => TOKEN,
                "PHONE_PUBLIC_URL" => "https://phone.example.com",
                "PHONE_LINE" => LINE,
                "PHONE_REPS" => "Ann=+447700900201",
                // For as long as the test asks.
                "PHONE_DRAIN" => "3600",
                _ => return None,
            };
            Some(value.to_owned())
        };
        let settings = Settings::from_variables(variables)?;
        let mut database = Database::in_memory()?;
        let records = Arc::new(Shaky {
            inner: Arc::clone(&database.records),
            how: AtomicU8::new(WELL),
        });
        database.records = Arc::clone(&records) as Arc<dyn RecordStore>;
        let now: DateTime<Utc> = FRIDAY_TEN.parse()?;
        let credentials = Credentials::auth_token(TOKEN);
        let outside = Outside {
            // Nobody is rung here.
            twilio: Client::builder(settings.account_sid, credentials)
                .base_url("http://127.0.0.1:9")
                .build()?,
            database,
            clock: Arc::new(move || now),
            speed: Speed::REAL,
            directory: None,
            email: None,
            journal: Arc::new(Journal::default()),
        };
        let system = Arc::new(PhoneSystem::open(settings, load_hours(None)?, outside).await?);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let (address, app) = (listener.local_addr()?, app(Arc::clone(&system))?);
        let (end, asked) = oneshot::channel();
        let served = tokio::spawn(serve(system, app, listener, async {
            // Nobody asks any more: that is an end, too.
            let _ = asked.await;
        }));
        Ok(Self {
            address,
            records,
            end: Some(end),
            served,
        })
    }

    async fn asked(&self, page: &str) -> Result<(u16, String), StageError> {
        ask(&format!("http://{}{page}", self.address)).await
    }

    /// Waits until `/readyz` answers so.
    async fn becomes(&self, status: u16, words: &str) -> Outcome {
        let mut answer = (0, String::new());
        for _ in 0..500 {
            answer = self.asked("/readyz").await?;
            if answer == (status, format!("{words}\n")) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(format!("expected {status} {words}, and it stays {answer:?}").into())
    }
}

async fn ask(url: &str) -> Result<(u16, String), StageError> {
    // Whoever comes second finds it set.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let answer = reqwest::get(url).await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

#[tokio::test]
async fn it_wants_requests_while_its_database_answers() -> Outcome {
    let server = Server::start().await?;
    server.becomes(200, "ready").await?;
    for how in [DOWN, SILENT] {
        server.records.is(how);
        server.becomes(503, "the database does not answer").await?;
        assert_eq!(server.asked("/healthz").await?, (200, "ok\n".to_owned()));
        server.records.is(WELL);
        server.becomes(200, "ready").await?;
    }
    Ok(())
}

#[tokio::test]
async fn one_that_is_to_end_says_so_while_it_still_takes_requests() -> Outcome {
    let mut server = Server::start().await?;
    server.becomes(200, "ready").await?;
    let end = server.end.take().ok_or("it is to end already")?;
    end.send(()).map_err(|()| "it has ended already")?;
    server.becomes(503, "this server is about to end").await?;
    assert_eq!(server.asked("/healthz").await?.0, 200);
    assert!(!server.served.is_finished());
    Ok(())
}

/// A sample's name and labels, and its value.
type Samples = BTreeMap<String, f64>;

/// Reads the text format of Prometheus, and holds it to its rules: each metric has its help and type once, before all its
/// samples, which stand together; no sample stands twice.
fn read(text: &str) -> Result<Samples, StageError> {
    let (mut samples, mut known, mut metric) = (Samples::new(), BTreeSet::new(), String::new());
    let mut kind = "";
    for line in text.lines() {
        let wrong = |what: &str| format!("{what}: {line}");
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').ok_or_else(|| wrong("no help"))?;
            if words.is_empty() || !known.insert(name.to_owned()) {
                return Err(wrong("a metric without help, or one for the second time").into());
            }
            metric = name.to_owned();
            continue;
        }
        if let Some(said) = line.strip_prefix("# TYPE ") {
            let (name, said) = said.split_once(' ').ok_or_else(|| wrong("no type"))?;
            if name != metric || !["counter", "gauge", "histogram"].contains(&said) {
                return Err(wrong("a type of nothing, or none").into());
            }
            kind = match said {
                "histogram" => "histogram",
                _ => "",
            };
            continue;
        }
        let (sample, value) = line.rsplit_once(' ').ok_or_else(|| wrong("no value"))?;
        let name = sample.split('{').next().unwrap_or_default();
        let of_histogram = ["_bucket", "_sum", "_count"].map(|end| format!("{metric}{end}"));
        let belongs = match kind {
            "histogram" => of_histogram.iter().any(|known| known == name),
            _ => name == metric,
        };
        let labels = &sample[name.len()..];
        let are_labels = labels.is_empty()
            || labels
                .strip_prefix('{')
                .and_then(|labels| labels.strip_suffix("\"}"))
                .is_some_and(|labels| {
                    labels.split("\",").all(|label| {
                        label.split_once("=\"").is_some_and(|(name, value)| {
                            name.chars().all(|c| c.is_ascii_lowercase())
                                && !value.contains(['"', '\\'])
                        })
                    })
                });
        if !belongs || !are_labels {
            return Err(wrong("out of place").into());
        }
        if samples.insert(sample.to_owned(), value.parse()?).is_some() {
            return Err(wrong("for the second time").into());
        }
    }
    Ok(samples)
}

#[test]
fn what_prometheus_would_not_read_is_not_read_here() {
    let good = "# HELP a Words.\n# TYPE a gauge\na{b=\"c\"} 1\n";
    assert_eq!(read(good).unwrap()["a{b=\"c\"}"], 1.0);
    for bad in [
        "a 1\n",
        "# HELP a Words.\n# TYPE a gauge\nb 1\n",
        "# HELP a Words.\n# TYPE a gauge\na 1\na 2\n",
        "# HELP a Words.\n# TYPE a gauge\na{b=c} 1\n",
        "# HELP a Words.\n# TYPE a gauge\na one\n",
        "# HELP a Words.\n# TYPE b gauge\n",
        "# HELP a Words.\n# HELP a Words.\n",
    ] {
        assert!(read(bad).is_err(), "{bad}");
    }
}

#[tokio::test]
async fn what_it_has_counted_of_one_call_can_be_read() -> Outcome {
    let mut town = Town::at(FRIDAY_TEN).await?;
    let metrics = format!("{}/metrics", town.url());
    let before = read(&ask(&metrics).await?.1)?;
    for metric in [
        r#"phone_waiting{class="premium"}"#,
        r#"phone_waiting{class="regular"}"#,
        "phone_longest_wait_seconds",
        "phone_calls",
        r#"phone_agents{state="ready"}"#,
        r#"phone_agents{state="signed-out"}"#,
        r#"phone_offers{stage="talking"}"#,
        r#"phone_joined_total{class="regular"}"#,
        r#"phone_answered_total{class="regular"}"#,
        r#"phone_answered_in_time_total{class="regular"}"#,
        r#"phone_abandoned_total{class="regular"}"#,
        "phone_queue_version",
        "phone_escalations_started_total",
        "phone_escalations_stopped_total",
        "phone_escalations_delivered_total",
        "phone_escalations_retried_total",
        "phone_escalations_dead_total",
    ] {
        assert!(before.contains_key(metric), "{metric} in {before:?}");
    }
    assert_eq!(before[r#"phone_joined_total{class="regular"}"#], 0.0);

    // Mrs Hall waits from the fourth second on; Ann dials in after forty, and they talk for half a minute.
    town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 30))?;
    town.until("2026-05-01T09:00:30Z").await?;
    let waiting = read(&ask(&metrics).await?.1)?;
    assert_eq!(waiting[r#"phone_waiting{class="regular"}"#], 1.0);
    let longest = waiting["phone_longest_wait_seconds"];
    assert!((20.0..30.0).contains(&longest), "{longest}");
    town.works(10, 0, 600)?;
    town.until("2026-05-01T09:01:00Z").await?;
    let talking = read(&ask(&metrics).await?.1)?;
    assert_eq!(talking[r#"phone_offers{stage="talking"}"#], 1.0);
    assert_eq!(talking[r#"phone_agents{state="talking"}"#], 1.0);
    town.until("2026-05-01T09:05:00Z").await?;

    let (status, text) = ask(&metrics).await?;
    assert_eq!(status, 200);
    let after = read(&text)?;
    for (metric, value) in [
        (r#"phone_waiting{class="regular"}"#, 0.0),
        ("phone_calls", 0.0),
        (r#"phone_agents{state="ready"}"#, 1.0),
        (r#"phone_joined_total{class="regular"}"#, 1.0),
        (r#"phone_joined_total{class="premium"}"#, 0.0),
        (r#"phone_answered_total{class="regular"}"#, 1.0),
        (r#"phone_abandoned_total{class="regular"}"#, 0.0),
        ("phone_escalations_started_total", 1.0),
        ("phone_escalations_stopped_total", 1.0),
        ("phone_escalations_delivered_total", 0.0),
        (
            r#"phone_http_answer_seconds_count{page="/menu",status="200"}"#,
            1.0,
        ),
        // Mrs Hall, and Ann.
        (
            r#"phone_http_answer_seconds_count{page="/voice",status="200"}"#,
            2.0,
        ),
    ] {
        assert_eq!(after.get(metric), Some(&value), "{metric} in {text}");
    }
    let buckets: Vec<f64> = text
        .lines()
        .filter_map(|line| {
            let bucket = r#"phone_http_answer_seconds_bucket{page="/menu",status="200","#;
            line.strip_prefix(bucket)?.rsplit_once(' ')?.1.parse().ok()
        })
        .collect();
    assert!(
        buckets.is_sorted() && buckets.last() == Some(&1.0),
        "{buckets:?}"
    );
    assert!(
        !text.contains("Hall") && !text.contains("+44"),
        "nobody is named: {text}"
    );
    Ok(())
}
