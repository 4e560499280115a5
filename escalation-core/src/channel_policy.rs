//! How the notifications of one channel are treated.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;

use crate::bundling::Bundling;
use crate::{Admission, Backoff, Cause, Channel, ConcurrencyLimit, RateLimit};

/// How the notifications of one channel are treated.
///
/// ```
/// use chrono::TimeDelta;
/// use escalation_core::{Backoff, ChannelPolicy, LatePolicy, RateLimit, Scope, UnknownPolicy};
///
/// // Three calls per quarter of an hour and number; what is an hour late is not rung any more.
/// let phone = ChannelPolicy::new()
///     .max_attempts(3)
///     .backoff(Backoff::new(TimeDelta::seconds(30)))
///     .unknown(UnknownPolicy::DeadLetter)
///     .late(LatePolicy::DropOlderThan(TimeDelta::hours(1)))
///     .rate(RateLimit::new(Scope::Destination, 3, TimeDelta::minutes(15)));
/// assert_eq!(phone.attempts(), 3);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelPolicy {
    pub(crate) max_attempts: u32,
    pub(crate) backoff: Backoff,
    pub(crate) unknown: UnknownPolicy,
    pub(crate) max_inquiries: u32,
    pub(crate) late: LatePolicy,
    pub(crate) late_after: TimeDelta,
    pub(crate) closed: ClosedWindow,
    pub(crate) bundling: Option<Bundling>,
    pub(crate) attempt_timeout: TimeDelta,
    pub(crate) acknowledged_for: Option<TimeDelta>,
    pub(crate) reactions: BTreeMap<Cause, Reaction>,
    pub(crate) admission: Arc<Admission>,
}

/// What to do with a notification that may or may not have been delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum UnknownPolicy {
    /// Deliver again with the same key, after the backoff. Right where the other side drops
    /// duplicates (a webhook with an idempotency key, an e-mail with a Message-ID).
    #[default]
    Resend,
    /// Ask the channel's [`Reconciler`](crate::Reconciler) what became of it, then decide. Without
    /// a reconciler, or if that cannot tell for [so many
    /// times](ChannelPolicy::max_inquiries): as [`DeadLetter`](Self::DeadLetter).
    Reconcile,
    /// Never deliver it again: a dead letter, for people to look at.
    DeadLetter,
}

/// What to do with notifications that come up late, after an outage.
///
/// Late is what comes after the time it was planned for, whatever has put it off: a closed
/// [window](crate::DeliveryWindow) and a limit too, but no retry, no bundle and no hold of its
/// process. So of several that a window has kept until it opens, [`Last`](Self::Last) sends one.
/// [`Engine::forecast`](crate::Engine::forecast) tells what a window makes too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LatePolicy {
    /// Send them all at once.
    #[default]
    All,
    /// Of those of one process, send the last one whose deadline has not passed.
    Last,
    /// Of those of one process to one destination, send the last one whose deadline has not passed.
    LastPerDestination,
    /// Send none that is later than that: dead letters. What waits for a [window](ClosedWindow::Defer)
    /// that was closed at its time could not be sent before, and is late from the opening on: what
    /// was planned for the night and may ring at eight is an hour late at nine.
    DropOlderThan(TimeDelta),
}

/// What to do with a notification that meets a closed delivery window.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ClosedWindow {
    /// It waits until the window opens.
    #[default]
    Defer,
    /// It is not sent; the process goes on.
    Skip,
    /// It goes over that channel instead, at once (an e-mail at night instead of a call), to the
    /// destination that it names for it.
    Downgrade(Channel),
}

/// What an attempt that failed for some cause means for the process.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Reaction {
    /// The same notification is tried again, as the outcome says.
    #[default]
    Retry,
    /// The same notification is tried again, and the next step starts now.
    RetryAndAdvance,
    /// This notification is not tried again, and the next step starts now. One that no other of its
    /// process follows by its time is a dead letter, for that cause: nothing would tell anybody.
    Advance,
    /// The same notification goes over that channel instead, at once; if the outcome is unknown,
    /// as for [`Retry`](Self::Retry).
    Instead(Channel),
}

impl ChannelPolicy {
    /// 10 attempts, [`Backoff::default`], unknown outcomes resent or asked about 10 times, everything late sent, no
    /// limits, one minute for an attempt, an acknowledgement holds until released.
    #[must_use]
    pub fn new() -> Self {
        Self {
            max_attempts: 10,
            backoff: Backoff::default(),
            unknown: UnknownPolicy::default(),
            max_inquiries: 10,
            late: LatePolicy::default(),
            late_after: TimeDelta::seconds(60),
            closed: ClosedWindow::default(),
            bundling: None,
            attempt_timeout: TimeDelta::seconds(60),
            acknowledged_for: None,
            reactions: BTreeMap::new(),
            admission: Arc::new(Admission::unlimited()),
        }
    }

    /// How many attempts are made, at least one; after the last one it is a dead letter.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// How long to wait between attempts.
    #[must_use]
    pub const fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// What to do after an unknown outcome.
    #[must_use]
    pub const fn unknown(mut self, policy: UnknownPolicy) -> Self {
        self.unknown = policy;
        self
    }

    /// How often a [`Reconciler`](crate::Reconciler) is asked what became of one attempt before
    /// nobody is asked any more, at least once; 10 times unless told. The waits between grow as
    /// those of the [backoff](Self::backoff): by default it is asked for about three hours.
    ///
    /// After that it is treated as by [`UnknownPolicy::DeadLetter`], which does not deliver twice:
    /// a dead letter for [`Cause::Timeout`] says how often and what the last answer was. If the
    /// worker died during the attempt, so that nobody said at its end that it was unknown, it is
    /// asked about once more.
    #[must_use]
    pub fn max_inquiries(mut self, inquiries: u32) -> Self {
        self.max_inquiries = inquiries.max(1);
        self
    }

    /// What to do with what is late.
    #[must_use]
    pub const fn late(mut self, policy: LatePolicy) -> Self {
        self.late = policy;
        self
    }

    /// From which delay on the policies [`Last`](LatePolicy::Last) and
    /// [`LastPerDestination`](LatePolicy::LastPerDestination) call a notification late.
    #[must_use]
    pub const fn late_after(mut self, delay: TimeDelta) -> Self {
        self.late_after = delay;
        self
    }

    /// What to do while the delivery window is closed.
    #[must_use]
    pub fn closed_window(mut self, closed: ClosedWindow) -> Self {
        self.closed = closed;
        self
    }

    /// Delivers notifications of one tenant to one destination that name the same
    /// [bundle](crate::Notification::bundled_as) as one: the first waits for `window` after its
    /// time, and takes along all that are due by then, up to a hundred.
    ///
    /// With a window of zero nothing waits, and what happens to be due together travels together.
    /// One delivery counts once against the limits. One whose outcome is unknown is settled for
    /// each notification by itself: each has a key of its own.
    #[must_use]
    pub fn bundle(mut self, window: TimeDelta) -> Self {
        self.bundling = Some(Bundling {
            window: window.max(TimeDelta::zero()),
            max: self.bundling.map_or(100, |bundling| bundling.max),
        });
        self
    }

    /// The most notifications in one delivery of a channel that [bundles](Self::bundle).
    #[must_use]
    pub fn bundle_at_most(mut self, notifications: usize) -> Self {
        self.bundling = Some(Bundling {
            window: self.bundling.map_or_else(TimeDelta::zero, |it| it.window),
            max: notifications.max(1),
        });
        self
    }

    /// How long an attempt may take before its outcome counts as unknown, at least a second. Its
    /// lease lasts twice as long.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: TimeDelta) -> Self {
        self.attempt_timeout = timeout.clamp(TimeDelta::seconds(1), TimeDelta::days(1));
        self
    }

    /// How long a process is held when a delivery answers
    /// [`Acknowledged`](crate::Response::Acknowledged), before it goes on.
    #[must_use]
    pub const fn acknowledged_for(mut self, time: TimeDelta) -> Self {
        self.acknowledged_for = Some(time);
        self
    }

    /// What a failure for this cause means for the process.
    #[must_use]
    pub fn on(mut self, cause: Cause, reaction: Reaction) -> Self {
        self.reactions.insert(cause, reaction);
        self
    }

    /// Adds a limit of attempts at a time, counted over all workers.
    #[must_use]
    pub fn concurrency(mut self, limit: ConcurrencyLimit) -> Self {
        Arc::make_mut(&mut self.admission).concurrency.push(limit);
        self
    }

    /// Adds a limit of attempts per time, counted over all workers and kept through restarts.
    #[must_use]
    pub fn rate(mut self, limit: RateLimit) -> Self {
        Arc::make_mut(&mut self.admission).rates.push(limit);
        self
    }

    /// Adds all limits of a set, such as [`Admission::considerate_calls`].
    #[must_use]
    pub fn within(mut self, limits: Admission) -> Self {
        let own = Arc::make_mut(&mut self.admission);
        own.concurrency.extend(limits.concurrency);
        own.rates.extend(limits.rates);
        self
    }

    /// The channels that its notifications may go over instead.
    pub(crate) fn alternatives(&self) -> impl Iterator<Item = &Channel> {
        let downgrade = match &self.closed {
            ClosedWindow::Downgrade(channel) => Some(channel),
            ClosedWindow::Defer | ClosedWindow::Skip => None,
        };
        let reactions = self
            .reactions
            .values()
            .filter_map(|reaction| match reaction {
                Reaction::Instead(channel) => Some(channel),
                _ => None,
            });
        downgrade.into_iter().chain(reactions)
    }

    /// How many attempts are made.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.max_attempts
    }
}

impl Default for ChannelPolicy {
    fn default() -> Self {
        Self::new()
    }
}
