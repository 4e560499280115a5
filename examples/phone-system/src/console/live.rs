//! The floor, looked at once for all consoles.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use super::floor::{Floor, Seen};
use super::{day, escalations};
use crate::one_line;
use crate::system::PhoneSystem;

/// How often it is asked whether anything has changed.
const GLANCE: Duration = Duration::from_millis(50);
/// From one look to the next, at least.
const REST: Duration = Duration::from_millis(250);
/// From one look to the next, at most: some things change with time alone.
const LOOK: Duration = Duration::from_secs(1);

/// The floor as JSON; empty before the first look.
pub(crate) type Published = watch::Receiver<Arc<str>>;

/// Looks at the floor while anybody wants to see it.
#[derive(Debug, Default)]
pub(crate) struct Live {
    published: Mutex<Option<watch::Sender<Arc<str>>>>,
}

impl Live {
    /// The floor from now on. The first who asks sets the looking going.
    pub(crate) fn watch(live: &Arc<Self>, system: &Arc<PhoneSystem>) -> Published {
        let mut published = live.lock();
        if let Some(published) = &*published {
            return published.subscribe();
        }
        let (sender, receiver) = watch::channel(Arc::from(""));
        *published = Some(sender.clone());
        tokio::spawn(look(Arc::clone(live), Arc::clone(system), sender));
        receiver
    }

    /// Whether nobody looks any more; then nobody is subscribed, and the next who asks begins anew.
    fn ends(&self, sender: &watch::Sender<Arc<str>>) -> bool {
        let mut published = self.lock();
        let ends = sender.receiver_count() == 0;
        if ends {
            *published = None;
        }
        ends
    }

    // What is locked is one assignment long.
    fn lock(&self) -> MutexGuard<'_, Option<watch::Sender<Arc<str>>>> {
        self.published
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

async fn look(live: Arc<Live>, system: Arc<PhoneSystem>, sender: watch::Sender<Arc<str>>) {
    let mut seen = Seen::default();
    let mut last = None;
    while !live.ends(&sender) {
        let looked = Instant::now();
        let state = state(&system);
        let now = system.now();
        let escalations = escalations::under_way(&system, now).await;
        let day = day::began(&system, now).await;
        let floor = Floor::look(&system, &mut seen, escalations, &day, now);
        if last.as_ref() != Some(&floor) {
            match floor.json(&system, now) {
                Ok(json) => drop(sender.send_replace(json.into())),
                Err(error) => system.note("console", "cannot show the floor", one_line(&error)),
            }
            last = Some(floor);
        }
        sleep(REST).await;
        while looked.elapsed() < LOOK && state == self::state(&system) {
            sleep(GLANCE).await;
        }
    }
}

/// What tells whether anything has happened.
fn state(system: &PhoneSystem) -> (u64, u64) {
    let version = system.floor.queue.read(queue_dispatch::Queue::version);
    (version, system.records().change())
}
