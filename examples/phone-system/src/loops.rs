//! What a server does by itself while it serves: keeps time, rings phones, follows the other servers, and says that it
//! lives.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::one_line;
use crate::system::PhoneSystem;

/// Even with nothing in sight, how long on the wall until the next look.
pub(crate) const AT_LEAST_EVERY: Duration = Duration::from_secs(15);
/// How often on the wall to say that this server lives, and to look at the exceptions to the hours.
const BEAT: Duration = Duration::from_secs(5);
/// How long on the wall decisions are gathered before they are written down together.
const GATHERED_FOR: Duration = Duration::from_millis(500);
/// After the database has not answered, how long on the wall until it is asked again.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// So many phones are asked to ring, or to stop, at the same time. Twilio allows for more requests than that.
const PHONES_AT_ONCE: usize = 8;

/// The loops of one server.
#[derive(Debug)]
pub(crate) struct Loops {
    system: Arc<PhoneSystem>,
    end: watch::Sender<bool>,
    /// May be dropped at any point.
    followers: JoinSet<()>,
    /// Are let come to a good point.
    workers: JoinSet<()>,
}

impl Loops {
    /// Starts them.
    pub(crate) fn start(system: Arc<PhoneSystem>) -> Self {
        let (end, ending) = watch::channel(false);
        let (mut followers, mut workers) = (JoinSet::new(), JoinSet::new());
        followers.spawn(follow_queue(Arc::clone(&system)));
        followers.spawn(follow_records(Arc::clone(&system)));
        followers.spawn(beat(Arc::clone(&system)));
        workers.spawn(keep_time(Arc::clone(&system), ending.clone()));
        workers.spawn(ring_phones(Arc::clone(&system), ending.clone()));
        workers.spawn(write_journal(Arc::clone(&system), ending));
        Self {
            system,
            end,
            followers,
            workers,
        }
    }

    /// Ends them in good order: what is under way is done, the phones that are still to be rung are rung, and the other
    /// servers know that this one is gone.
    pub(crate) async fn end(mut self) {
        self.followers.shutdown().await;
        // Nobody listening means that they have ended already.
        let _ = self.end.send(true);
        while self.workers.join_next().await.is_some() {}
        self.system.ring_phones_at_once(PHONES_AT_ONCE).await;
        self.system.says_goodbye().await;
        self.system.write_journal().await;
    }
}

async fn keep_time(system: Arc<PhoneSystem>, mut ending: watch::Receiver<bool>) {
    loop {
        let now = system.now();
        let wake = system.run_once(now).await;
        system.tidy(now).await;
        let pause = wake.map_or(AT_LEAST_EVERY, |wake| {
            system.speed().on_the_wall(wake - now).min(AT_LEAST_EVERY)
        });
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = system.changed() => {}
            () = ended(&mut ending) => return,
        }
    }
}

/// Returns when the loops are to end.
async fn ended(ending: &mut watch::Receiver<bool>) {
    // A sender that is gone is an end, too.
    let _ = ending.wait_for(|ending| *ending).await;
}

async fn ring_phones(system: Arc<PhoneSystem>, mut ending: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = system.rings() => system.ring_phones_at_once(PHONES_AT_ONCE).await,
            () = ended(&mut ending) => return,
        }
    }
}

async fn write_journal(system: Arc<PhoneSystem>, mut ending: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(GATHERED_FOR) => system.write_journal().await,
            () = ended(&mut ending) => return,
        }
    }
}

async fn follow_queue(system: Arc<PhoneSystem>) {
    let mut version = 0;
    loop {
        match system.floor.follow(version).await {
            Ok(reached) => {
                version = reached;
                system.wake();
            }
            Err(error) => {
                tracing::warn!("cannot follow the queue: {}", one_line(&error));
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
    }
}

async fn follow_records(system: Arc<PhoneSystem>) {
    loop {
        if let Err(error) = system.records().follow().await {
            tracing::warn!("cannot follow the records: {}", one_line(&error));
            tokio::time::sleep(AFTER_FAILURE).await;
        }
    }
}

async fn beat(system: Arc<PhoneSystem>) {
    loop {
        system.says_that_it_lives().await;
        system.current_hours().await;
        tokio::time::sleep(BEAT).await;
    }
}
