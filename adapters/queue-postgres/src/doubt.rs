//! Appends that were lost from sight.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use tokio::sync::{Mutex, MutexGuard};

/// How many appends were lost from sight: the connection broke, or nobody waited for the answer any more.
/// Each may yet reach the database, until the fence is raised.
#[derive(Debug, Default)]
pub(crate) struct Doubts {
    so_far: AtomicU64,
    settled: AtomicU64,
    /// The number that appends carry.
    fence: AtomicI64,
    /// Whoever reads meanwhile waits until it is done.
    settling: Mutex<()>,
}

impl Doubts {
    pub(crate) fn fence(&self) -> i64 {
        self.fence.load(Ordering::SeqCst)
    }

    /// What the database has. It only ever rises; answers may overtake each other.
    pub(crate) fn fence_seen(&self, fence: i64) {
        self.fence.fetch_max(fence, Ordering::SeqCst);
    }

    /// Before an append is sent: it is in doubt if this is dropped before its outcome is known.
    pub(crate) fn sending(&self) -> Sending<'_> {
        Sending(Some(self))
    }

    /// `None` if no append is in doubt. Otherwise the fence is to be raised, by one at a time.
    pub(crate) async fn unsettled(&self) -> Option<Unsettled<'_>> {
        if self.is_settled() {
            return None;
        }
        let turn = self.settling.lock().await;
        // Those that come to doubt from here on are another matter.
        let so_far = self.so_far.load(Ordering::SeqCst);
        (self.settled.load(Ordering::SeqCst) < so_far).then_some(Unsettled {
            doubts: self,
            so_far,
            _turn: turn,
        })
    }

    fn is_settled(&self) -> bool {
        self.settled.load(Ordering::SeqCst) == self.so_far.load(Ordering::SeqCst)
    }
}

/// An append on its way.
#[derive(Debug)]
pub(crate) struct Sending<'a>(Option<&'a Doubts>);

impl Sending<'_> {
    /// The database has answered, or never heard of it.
    pub(crate) fn known(mut self) {
        self.0 = None;
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if let Some(doubts) = self.0 {
            doubts.so_far.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Doubts that the next fence settles.
#[derive(Debug)]
pub(crate) struct Unsettled<'a> {
    doubts: &'a Doubts,
    so_far: u64,
    _turn: MutexGuard<'a, ()>,
}

impl Unsettled<'_> {
    /// The database has this fence now.
    pub(crate) fn settle(self, fence: i64) {
        self.doubts.fence_seen(fence);
        self.doubts.settled.store(self.so_far, Ordering::SeqCst);
    }
}
