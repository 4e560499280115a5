//! Two servers behind a balancer, on one PostgreSQL database; one of them is killed every few seconds and starts again.
//! The simulated Twilio stays, and its books balance at the end: every caller was answered or gave up, and nobody twice.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::mpsc;
use twilio_simulator::{Answers, Caller, NumberConfig, Pace, ScaledTime, Script, Simulator};

use crate::balancer::Balancer;
use crate::books::Books;
use crate::processes::{Plan, Server};
use crate::{AnyError, Outcome};

pub(crate) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
pub(crate) const TOKEN: &str = "a token of the simulated account";
/// Numbers are Ofcom's for use in drama.
pub(crate) const LINE: &str = "+442079460100";
pub(crate) const REP_LINE: &str = "+442079460200";

/// Friday, 1 May 2026, 10:00 in London.
const EPOCH: &str = "2026-05-01T09:00:00Z";
/// How many seconds of the simulated world pass in one on the wall.
const SPEED: f64 = 10.0;
/// So long a caller waits before they give up, in seconds.
const PATIENCE: i64 = 400;
/// Reps who stay on the line.
const ON_THE_LINE: usize = 3;
/// Reps who are only rung when everyone is.
const AT_THEIR_PHONES: usize = 6;

/// How hard it gets.
struct Round {
    /// For how long servers are killed, on the wall.
    lasts: Duration,
    /// From one death to the next, on the wall, on average.
    every: Duration,
    /// From one caller to the next, in seconds of the simulated world.
    caller_every: f64,
    seed: u64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn servers_that_are_killed_lose_nobody() -> Outcome {
    play(Round {
        lasts: Duration::from_secs(20),
        every: Duration::from_secs(2),
        caller_every: 3.5,
        seed: 1,
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
async fn long_servers_that_are_killed_for_minutes_lose_nobody() -> Outcome {
    play(Round {
        lasts: Duration::from_secs(240),
        every: Duration::from_secs(2),
        caller_every: 10.0,
        seed: 2,
    })
    .await
}

#[expect(
    clippy::disallowed_methods,
    reason = "servers are processes, and go by the wall's clock"
)]
fn wall() -> DateTime<Utc> {
    Utc::now()
}

async fn play(round: Round) -> Outcome {
    let folder = tempfile::tempdir()?;
    let database = fresh_database().await?;
    let hours = folder.path().join("hours.toml");
    std::fs::write(
        &hours,
        "zone = \"Europe/London\"\n[week]\nmon-sun = \"00:00-24:00\"\n",
    )?;
    let mut random = fastrand::Rng::with_seed(round.seed);
    let logs = std::env::var_os("CHAOS_LOGS").map_or(folder.path().to_owned(), Into::into);

    let balancer = Balancer::start().await?;
    let time = ScaledTime::new(EPOCH.parse()?, wall(), SPEED)?;
    let mut twilio = Simulator::builder(ACCOUNT, TOKEN)
        .pace(Pace::new(time, wall))
        .requests_at_once(64)
        .seed(round.seed)
        .build()
        .await?;
    let url = |page: &str| format!("http://{}/{page}", balancer.address);
    for line in [LINE, REP_LINE] {
        let pages = NumberConfig::new(url("voice")).fallback_url(url("fallback"));
        twilio.number(line, pages.status_callback(url("ended")))?;
    }
    let rep = |number: usize| format!("+4477009002{number:02}");
    let reps: Vec<String> = (1..=ON_THE_LINE + AT_THEIR_PHONES)
        .map(|number| format!("Rep {number}={}", rep(number)))
        .collect();
    let plan = Plan {
        database,
        public_url: format!("http://{}", balancer.address),
        rest_url: twilio.rest_url(),
        time,
        hours,
        reps: reps.join(","),
        logs,
    };
    let (here, there) = (plan.start("a0").await?, plan.start("b0").await?);
    balancer.balances(vec![here.address, there.address]);

    let begins = time.at(wall()) + TimeDelta::seconds(5);
    let seconds = |seconds: f64| TimeDelta::milliseconds((seconds * 1_000.0) as i64);
    let lasts = round.lasts.as_secs_f64() * SPEED;
    for number in 1..=ON_THE_LINE {
        let works = Duration::from_secs_f64(lasts + PATIENCE as f64 + 1_200.0);
        let script = Caller::from(rep(number)).to(REP_LINE);
        twilio.call_at(
            begins + seconds(number as f64),
            script.hangs_up_after(works),
        )?;
    }
    for number in ON_THE_LINE + 1..=ON_THE_LINE + AT_THEIR_PHONES {
        let takes = Script::new().hears("press any key").presses("5");
        twilio.phone(
            rep(number),
            Answers::after(Duration::from_secs(3 + random.u64(0..12))).then(takes),
        );
    }
    let mut callers = Vec::new();
    let mut at = 10.0;
    while at < lasts {
        let talks = Duration::from_secs(10 + random.u64(0..40));
        let caller = Caller::from(format!("+4477009{:05}", 1_000 + callers.len()))
            .to(LINE)
            .hears("press 2")
            .presses("2")
            .gets_through()
            .hangs_up_after(talks)
            .gives_up_after(Duration::from_secs(PATIENCE.unsigned_abs()));
        callers.push(twilio.call_at(begins + seconds(at), caller)?);
        at += round.caller_every * (0.5 + random.f64());
    }

    // The world goes on, whatever happens to the servers.
    let end = begins + seconds(lasts + PATIENCE as f64 + 160.0);
    let (done, mut over) = mpsc::channel(1);
    let world = tokio::spawn(async move {
        let lived = twilio.run_until(end).await;
        // Whoever waits may have gone.
        let _ = done.send(()).await;
        lived.map(|()| twilio)
    });
    let (deaths, servers) = kill_again_and_again(&round, &plan, &balancer, [here, there]).await?;
    // The servers live while everyone who still waits is served.
    over.recv().await;
    let twilio = world.await??;
    let books = Books::of(&twilio, &callers, PATIENCE);
    let (cut, nobody) = balancer.failures();
    println!(
        "{books}; {deaths} servers were killed, {cut} requests were cut off, {nobody} found no server"
    );
    if let Some(logs) = std::env::var_os("CHAOS_LOGS") {
        let transcript = std::path::PathBuf::from(logs).join("transcript.txt");
        std::fs::write(transcript, twilio.transcript().to_string())?;
    }
    let left = left_behind(&plan.database).await?;
    for server in servers {
        assert!(server.end().await?, "a server did not end well");
    }
    assert!(books.lost.is_empty(), "lost: {:#?}", books.lost);
    assert!(books.twice.is_empty(), "twice: {:#?}", books.twice);
    assert_eq!(books.came, callers.len());
    assert_eq!(left, Left::default(), "{books}");
    assert!(deaths > 1 && books.answered > 0, "{books}");
    Ok(())
}

/// Kills one server after the other, and starts each again at once.
async fn kill_again_and_again(
    round: &Round,
    plan: &Plan,
    balancer: &Balancer,
    servers: [Server; 2],
) -> Result<(usize, Vec<Server>), AnyError> {
    let mut servers = Vec::from(servers);
    let mut deaths = 0;
    let mut random = fastrand::Rng::with_seed(round.seed);
    let mut left = round.lasts;
    while left >= round.every {
        let life = round.every.mul_f64(0.5 + random.f64());
        tokio::time::sleep(life).await;
        left = left.saturating_sub(life);
        servers.remove(0).kill()?;
        deaths += 1;
        // The balancer has not noticed yet: requests are turned away by the port, and go to the other.
        let name = format!("{}{deaths}", if deaths % 2 == 1 { "a" } else { "b" });
        servers.push(plan.start(&name).await?);
        balancer.balances(servers.iter().map(|server| server.address).collect());
    }
    Ok((deaths, servers))
}

/// What is in the database when all callers have gone.
#[derive(Debug, Default, PartialEq, Eq)]
struct Left {
    /// Phones that are thought to ring.
    legs: i64,
    /// Callers who are thought to be in line.
    in_line: i64,
    /// Escalations that are still to come.
    escalations: i64,
}

async fn left_behind(database: &str) -> Result<Left, AnyError> {
    let (client, connection) = tokio_postgres::connect(database, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    let count = async |query: &str| -> Result<i64, AnyError> {
        Ok(client.query_one(query, &[]).await?.try_get(0)?)
    };
    let records = "SELECT count(*) FROM phone_system.record WHERE body IS NOT NULL AND kind";
    Ok(Left {
        legs: count(&format!("{records} = 'leg'")).await?,
        in_line: count(&format!(
            "{records} = 'call' AND (body::json->>'in_line')::bool"
        ))
        .await?,
        escalations: count("SELECT count(*) FROM escalation.schedule").await?,
    })
}

/// A database of our own on the server of the tests.
async fn fresh_database() -> Result<String, AnyError> {
    let url = std::env::var("POSTGRES_URL").map_err(|_| "POSTGRES_URL is not set: scripts/test")?;
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    let name = format!("chaos_{}", fastrand::u64(..));
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await?;
    let (server, _) = url.rsplit_once('/').ok_or("a database in POSTGRES_URL")?;
    Ok(format!("{server}/{name}"))
}
