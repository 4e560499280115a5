//! Connections are cut by a proxy between the workers and the database, again and again: the ledger
//! of what was sent balances.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use escalation_core::{DeadLetters, Engine, EscalationStore};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

mod database;
mod workers;

use database::{block_on, config, fresh_schema};
use workers::{Ledger, WallTimer, all_done, connect, start_calls};

const CALLS: usize = 100;

#[test]
#[ignore = "needs PostgreSQL: scripts/test starts it"]
fn nothing_is_lost_when_connections_are_cut() {
    cut_rounds(5);
}

#[test]
#[ignore = "needs PostgreSQL and takes minutes: scripts/test --long runs it"]
fn long_nothing_is_lost_in_a_hundred_cuts() {
    cut_rounds(100);
}

/// Passes everything on, until it is told to cut what there is.
struct Proxy {
    port: u16,
    cuts: watch::Sender<usize>,
}

impl Proxy {
    async fn before(server: &Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let [Host::Tcp(host)] = server.get_hosts() else {
            panic!("the tests reach the database by TCP");
        };
        let target = format!("{host}:{}", server.get_ports().first().unwrap_or(&5432));
        let cuts = watch::Sender::new(0);
        let cut = cuts.clone();
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (target, mut cut) = (target.clone(), cut.subscribe());
                tokio::spawn(async move {
                    let mut server = TcpStream::connect(target).await.unwrap();
                    tokio::select! {
                        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self { port, cuts }
    }

    /// The database, as seen through it.
    fn config(&self, server: &Config) -> Config {
        let mut config = Config::new();
        config
            .host("127.0.0.1")
            .port(self.port)
            .user(server.get_user().unwrap())
            .dbname(server.get_dbname().unwrap());
        config
    }

    fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

fn cut_rounds(rounds: usize) {
    let folder = tempfile::tempdir().unwrap();
    block_on(async {
        let schema = fresh_schema().await;
        let server = config("POSTGRES_URL");
        let proxy = Arc::new(Proxy::before(&server).await);
        let through = proxy.config(&server);
        let safe = connect(server.clone(), server, &schema).await;
        let ledger = Ledger::new(folder.path());

        let (end, ended) = watch::channel(false);
        let mut workers = Vec::new();
        for _ in 0..2 {
            let store = connect(through.clone(), through.clone(), &schema).await;
            let engine = Engine::builder(Arc::new(store))
                .notifier("phone", Arc::new(ledger.notifier(Duration::from_millis(5))))
                .concurrency(16)
                .lease(TimeDelta::seconds(1))
                .build()
                .unwrap();
            let mut ended = ended.clone();
            workers.push(tokio::spawn(async move {
                let ended = async {
                    let _ = ended.wait_for(|ended| *ended).await;
                };
                engine.run(&WallTimer, ended).await;
                engine.counts().delivered
            }));
        }
        // Who starts them is cut off too.
        let host = connect(through.clone(), through, &schema).await;
        for round in 0..rounds {
            let before = ledger.lines();
            let cut = async {
                while ledger.lines() < before + 1 + round % (CALLS / 2) {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                proxy.cut();
                tokio::time::sleep(Duration::from_millis(10)).await;
                proxy.cut();
            };
            let prefix = format!("round-{round}");
            tokio::join!(cut, start_calls(&host, &prefix, CALLS));
            all_done(&safe).await;
        }
        end.send_replace(true);
        let mut delivered = 0;
        for worker in workers {
            delivered += worker.await.unwrap();
        }
        let again = ledger.balances(rounds * CALLS);
        assert_eq!(safe.dead_letters(None, 9).await.unwrap(), []);
        assert_eq!(safe.next_due().await.unwrap(), None);
        println!("{rounds} cuts, {again} sent again in doubt, {delivered} known to be delivered");
    });
}
