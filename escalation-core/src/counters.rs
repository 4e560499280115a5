//! What an engine has done since it was built.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {
        /// Counts what happens.
        #[derive(Debug, Default)]
        pub(crate) struct Counters {
            $(pub(crate) $name: AtomicU64,)*
        }

        /// What an engine has done since it was built; see
        /// [`Engine::counts`](crate::Engine::counts).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        #[non_exhaustive]
        pub struct Counts {
            $($(#[$meta])* pub $name: u64,)*
        }

        impl Counters {
            pub(crate) fn snapshot(&self) -> Counts {
                Counts {
                    $($name: self.$name.load(Ordering::Relaxed),)*
                }
            }
        }
    };
}

counters! {
    /// Processes started.
    started,
    /// Processes stopped.
    stopped,
    /// Requests refused.
    rejected_requests,
    /// Attempts begun.
    attempts,
    /// Notifications delivered, some of them as a reconciler found out later.
    delivered,
    /// Attempts that failed and are made again.
    retried,
    /// Notifications that became dead letters.
    dead,
    /// Notifications given up after a failed attempt, because the next step takes their place.
    passed_on,
    /// Attempts whose outcome is unknown.
    unknown,
    /// Notifications that were not sent and are no dead letters: their reason was gone, the window
    /// was closed, or a later one was due as well.
    skipped,
    /// Notifications put off by a window, a limit or a precondition.
    deferred,
    /// Notifications that went on over another channel.
    rerouted,
    /// Times that the clock jumped while [`Engine::run`](crate::Engine::run) was looking.
    clock_jumps,
    /// Words that came too late: the process was stopped or the lease taken over.
    stale,
}

pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
