//! `LISTEN` on a connection of its own, which comes back when it breaks.

use std::collections::HashMap;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{AsyncMessage, Config, Connection, NoTls, Socket};

use crate::database::notices_silence;

/// Hears what is said with `NOTIFY` on one channel, on a connection of its own: `LISTEN` needs a session,
/// so the address must lead to PostgreSQL itself, not through PgBouncer in transaction mode.
///
/// A payload is a topic, a space and details, or a topic alone; [`subscribe`](Self::subscribe) hears one
/// topic. While the connection is broken nothing is heard, so each new connection wakes every subscriber:
/// they look for themselves. A broken connection is made again at once, then after 0.1 s, then twice that,
/// up to every 5 s.
///
/// What is heard is a hint: PostgreSQL tells of a change only after it is visible, but a silent network may
/// hold the word back for up to half a minute. So subscribers also look by themselves now and then
/// ([`Subscription::next_within`]).
///
/// Clones are the same listener; the connection ends with the last of them and their subscriptions.
#[derive(Clone)]
pub struct Listener {
    shared: Arc<Shared>,
    _task: Arc<EndsWithUs>,
}

/// Why a subscriber is woken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Wake {
    /// Said on the channel: what came after the topic. Of several in a row, the last.
    Notified(String),
    /// The connection was made, or made again: anything may have been said before. Also before the first.
    Connected,
    /// Nothing was heard in the given time.
    Silence,
}

#[derive(Debug)]
struct Shared {
    topics: Mutex<HashMap<String, watch::Sender<Wake>>>,
    connected: watch::Sender<bool>,
}

/// A task that nobody needs any more is stopped.
#[derive(Debug)]
struct EndsWithUs(JoinHandle<()>);

impl Drop for EndsWithUs {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Listener {
    /// Starts to listen on the channel without TLS, in a task on the current tokio runtime.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(config: Config, channel: &str) -> Self {
        Self::start_with_tls(config, NoTls, channel)
    }

    /// The same with the host's TLS.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start_with_tls<T>(config: Config, tls: T, channel: &str) -> Self
    where
        T: MakeTlsConnect<Socket> + Clone + Sync + Send + 'static,
        T::Stream: Sync + Send,
        T::TlsConnect: Sync + Send,
        <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
    {
        let shared = Arc::new(Shared {
            topics: Mutex::default(),
            connected: watch::Sender::new(false),
        });
        let config = notices_silence(config);
        // Quoted, so that any name is a channel, and `notify` means the same one.
        let listen = format!("LISTEN \"{}\"", channel.replace('"', "\"\""));
        let task = tokio::spawn({
            let shared = Arc::clone(&shared);
            async move {
                let mut pause = Duration::ZERO;
                loop {
                    match config.connect(tls.clone()).await {
                        Ok((client, connection)) => {
                            if shared.hear(&client, connection, &listen).await {
                                pause = Duration::ZERO;
                            }
                        }
                        Err(error) => tracing::warn!(%error, "cannot connect to listen"),
                    }
                    tokio::time::sleep(pause.mul_f64(fastrand::f64().mul_add(0.5, 0.75))).await;
                    pause = (pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
                }
            }
        });
        Self {
            shared,
            _task: Arc::new(EndsWithUs(task)),
        }
    }

    /// Hears this topic from now on. The first word is [`Wake::Connected`], at once.
    #[must_use]
    pub fn subscribe(&self, topic: &str) -> Subscription {
        let mut topics = self.shared.topics();
        let sender = topics
            .entry(topic.to_owned())
            .or_insert_with(|| watch::Sender::new(Wake::Connected));
        let wakes = sender.subscribe();
        drop(topics);
        Subscription {
            wakes,
            first: true,
            _listener: self.clone(),
        }
    }

    /// Whether there is a connection now, as far as is known.
    #[must_use]
    pub fn is_connected(&self) -> bool {
        *self.shared.connected.borrow()
    }

    /// Waits until there is a connection.
    pub async fn connected(&self) {
        // The sender lives as long as `self`.
        let _ = self.shared.connected.subscribe().wait_for(|up| *up).await;
    }
}

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

impl Shared {
    fn topics(&self) -> std::sync::MutexGuard<'_, HashMap<String, watch::Sender<Wake>>> {
        // Nothing panics while the table is held.
        self.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens until the connection ends; whether it ever did.
    async fn hear<S, T>(
        &self,
        client: &tokio_postgres::Client,
        mut connection: Connection<S, T>,
        listen: &str,
    ) -> bool
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
        T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    {
        let mut listening = pin!(client.batch_execute(listen));
        let mut heard = false;
        loop {
            tokio::select! {
                biased;
                done = &mut listening, if !heard => {
                    if let Err(error) = done {
                        tracing::warn!(%error, "cannot listen");
                        return false;
                    }
                    heard = true;
                    for topic in self.topics().values() {
                        topic.send_replace(Wake::Connected);
                    }
                    self.connected.send_replace(true);
                }
                message = poll_fn(|context| connection.poll_message(context)) => match message {
                    Some(Ok(AsyncMessage::Notification(notification))) => self.tell(notification.payload()),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => {
                        tracing::warn!(%error, "no longer listening");
                        break;
                    }
                    None => break,
                },
            }
        }
        self.connected.send_replace(false);
        heard
    }

    fn tell(&self, payload: &str) {
        let (topic, details) = payload.split_once(' ').unwrap_or((payload, ""));
        let mut topics = self.topics();
        if let Some(sender) = topics.get(topic) {
            if sender.receiver_count() == 0 {
                topics.remove(topic);
            } else {
                sender.send_replace(Wake::Notified(details.to_owned()));
            }
        }
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the configuration, which knows how to log in.
        f.debug_struct("Listener")
            .field("connected", &self.is_connected())
            .finish_non_exhaustive()
    }
}

/// One topic of a [`Listener`].
#[derive(Debug)]
pub struct Subscription {
    wakes: watch::Receiver<Wake>,
    first: bool,
    _listener: Listener,
}

impl Subscription {
    /// Waits until something is said on the topic that this subscription has not been told of, or may
    /// have been missed. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Wake {
        if std::mem::take(&mut self.first) {
            // What is said from here on is new; what was said before is seen by who looks now.
            self.wakes.mark_unchanged();
            return Wake::Connected;
        }
        match self.wakes.changed().await {
            Ok(()) => self.wakes.borrow_and_update().clone(),
            // Nobody but a topic's removal ends it, and that needs there to be no subscription.
            Err(_) => std::future::pending().await,
        }
    }

    /// The same, but [`Wake::Silence`] after so long.
    pub async fn next_within(&mut self, patience: Duration) -> Wake {
        tokio::time::timeout(patience, self.next())
            .await
            .unwrap_or(Wake::Silence)
    }
}

/// The SQL that says this topic and details on a channel, both SQL expressions of type `text`, when the
/// transaction commits: `notify_sql("channel", "$1", "$2")`. It works through PgBouncer too.
#[must_use]
pub fn notify_sql(channel: &str, topic: &str, details: &str) -> String {
    let channel = channel.replace('\'', "''");
    format!("pg_notify('{channel}', {topic} || ' ' || {details})")
}
