//! A wire to the database that can be cut, and that can hold back what is on it: what a client has sent may arrive
//! long after the client is gone.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

/// Each setting is the number of connections that it holds for: those made before.
pub(crate) struct Proxy {
    port: u16,
    wire: Arc<Wire>,
}

#[derive(Default)]
struct Wire {
    connections: AtomicU64,
    /// Nothing gets through to the server.
    held: watch::Sender<u64>,
    /// Nothing of what the server says gets through.
    muted: watch::Sender<u64>,
    /// The client's side is closed.
    cut: watch::Sender<u64>,
    /// Bytes that wait.
    waiting: watch::Sender<usize>,
    /// Bytes of the server that nobody heard.
    unheard: watch::Sender<usize>,
}

impl Proxy {
    /// Before the server that the address names.
    pub(crate) async fn start(server: &Config) -> Self {
        let Host::Tcp(host) = &server.get_hosts()[0] else {
            panic!("not a TCP address: {server:?}");
        };
        let target = (host.clone(), server.get_ports()[0]);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let wire = Arc::new(Wire::default());
        tokio::spawn({
            let wire = Arc::clone(&wire);
            async move {
                loop {
                    let (client, _) = listener.accept().await.unwrap();
                    let Ok(server) = TcpStream::connect(target.clone()).await else {
                        continue;
                    };
                    client.set_nodelay(true).unwrap();
                    server.set_nodelay(true).unwrap();
                    let number = wire.connections.fetch_add(1, Ordering::SeqCst);
                    let (from_client, to_client) = client.into_split();
                    let (from_server, to_server) = server.into_split();
                    tokio::spawn(Arc::clone(&wire).asks(number, from_client, to_server));
                    tokio::spawn(Arc::clone(&wire).answers(number, from_server, to_client));
                }
            }
        });
        Self { port, wire }
    }

    /// The server's address, by way of the proxy.
    pub(crate) fn config(&self, server: &Config) -> Config {
        let mut config = Config::new();
        config
            .host("127.0.0.1")
            .port(self.port)
            .user(server.get_user().unwrap())
            .dbname(server.get_dbname().unwrap());
        config
    }

    fn all(&self) -> u64 {
        self.wire.connections.load(Ordering::SeqCst)
    }

    /// From now on, what the clients of today send waits.
    pub(crate) fn hold(&self) {
        self.wire.held.send_replace(self.all());
    }

    /// Until something waits.
    pub(crate) async fn something_waits(&self) {
        let mut waiting = self.wire.waiting.subscribe();
        waiting.wait_for(|bytes| *bytes > 0).await.unwrap();
    }

    /// What has waited gets through.
    pub(crate) fn release(&self) {
        self.wire.held.send_replace(0);
    }

    /// From now on, the clients of today hear nothing.
    pub(crate) fn mute(&self) {
        self.wire.muted.send_replace(self.all());
    }

    /// Until the server has said so much that nobody heard.
    pub(crate) async fn something_is_unheard(&self) {
        let mut unheard = self.wire.unheard.subscribe();
        unheard.wait_for(|bytes| *bytes > 0).await.unwrap();
    }

    /// The clients of today lose their connections; what waits stays.
    pub(crate) fn cut(&self) {
        self.wire.cut.send_replace(self.all());
    }
}

impl Wire {
    async fn asks(self: Arc<Self>, number: u64, client: OwnedReadHalf, mut server: OwnedWriteHalf) {
        let (mut held, mut cut) = (self.held.subscribe(), self.cut.subscribe());
        let mut client = Some(client);
        let (mut waits, mut bytes) = (Vec::new(), vec![0; 4096]);
        loop {
            let listening = client.is_some();
            tokio::select! {
                read = async { client.as_mut().unwrap().read(&mut bytes).await }, if listening => match read {
                    Ok(length) if length > 0 => waits.extend_from_slice(&bytes[..length]),
                    _ => client = None,
                },
                gone = cut.wait_for(|cut| number < *cut), if listening => {
                    drop(gone.unwrap());
                    client = None;
                }
                changed = held.changed() => changed.unwrap(),
            }
            if number < *held.borrow_and_update() {
                self.waiting.send_modify(|waiting| *waiting += waits.len());
                if listening || !waits.is_empty() {
                    continue;
                }
            }
            if server.write_all(&waits).await.is_err() || client.is_none() {
                return;
            }
            waits.clear();
        }
    }

    async fn answers(
        self: Arc<Self>,
        number: u64,
        mut server: OwnedReadHalf,
        client: OwnedWriteHalf,
    ) {
        let mut cut = self.cut.subscribe();
        let mut client = Some(client);
        let mut bytes = vec![0; 4096];
        loop {
            let speaking = client.is_some();
            let length = tokio::select! {
                gone = cut.wait_for(|cut| number < *cut), if speaking => {
                    drop(gone.unwrap());
                    client = None;
                    continue;
                }
                read = server.read(&mut bytes) => match read {
                    Ok(length) if length > 0 => length,
                    _ => return,
                },
            };
            match &mut client {
                Some(client) if number >= *self.muted.borrow() => {
                    if client.write_all(&bytes[..length]).await.is_err() {
                        return;
                    }
                }
                _ => self.unheard.send_modify(|unheard| *unheard += length),
            }
        }
    }
}
