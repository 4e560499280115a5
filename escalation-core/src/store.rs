//! The seam to what remembers: processes, their notifications, leases, dead letters.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::{
    AttemptStart, Begun, Claim, DeadLetter, Generation, Held, Hold, Lease, LetterId, NewProcess,
    ProcessId, ProcessSnapshot, ProcessSummary, RejectedRequest, Replayed, RequestId, Run, Settled,
    Settlement, Started, Stopped,
};

/// Keeps escalation processes through crashes, and lets several workers share them.
///
/// # The contract
///
/// * **Atomic.** Each call happens entirely or, if it fails or its future is dropped before it
///   answers, entirely or not at all. When it has answered, it survives a crash; all but a claim,
///   which a crash may undo as long as nothing that carries its token was answered. That token is
///   not given again, so that the worker that has it is not heard. (Should the store's clock go back
///   meanwhile it may be; then one of the two who have it begins, and the other is refused.)
/// * **Linearised.** Calls of all workers take effect one after another, each between its begin
///   and its answer.
/// * **One owner.** [`claim`](Self::claim) gives a notification to one worker, until its lease
///   ends, with a [`Token`](crate::Token) greater than any that the notification had before. A
///   call with an older token changes nothing and says so.
/// * **Fair.** Tenants take turns. When more is due than a claim may take, no tenant gets a second
///   notification before each tenant with something due has got one, and those that were left out
///   come first in the next claim through the same value. So a tenant's flood delays only itself.
/// * **Two commits before a delivery.** A claimed notification has surely not been sent. Only
///   [`begin`](Self::begin) commits the start of an attempt; if its lease then ends without word,
///   the next claim says that an attempt is in doubt.
/// * **Generations.** Each created process gets a [`Generation`](crate::Generation) greater than
///   all before it, and no call that names an older one touches it.
/// * **Time is told.** `now` comes from the caller. A store reads no clock of its own unless its
///   documentation says so. Instants are kept to the microsecond.
/// * **Sequences.** A notification keeps its [`Sequence`](crate::Sequence) for ever, and no other
///   of its generation ever gets it: the idempotency key is made of it.
/// * **Ends.** A process ends when its last notification is done or dead, or when it is stopped;
///   then its name is free. A notification that was in flight at the stop ends when it is settled
///   or its lease runs out, and is never delivered again.
///
/// The feature `conformance` exports these promises as tests.
#[async_trait]
pub trait EscalationStore: DeadLetters {
    /// Creates a process, unless one of its name runs: then `process.if_running` decides whether
    /// that is kept, replaced or extended.
    ///
    /// What is added to a running process gets the next free sequences, in order. What is added
    /// while it is held is, when the hold ends, as far away as it is now. A process that only a
    /// [replay](DeadLetters::replay) has brought back is not extended but kept.
    ///
    /// A start that names a request handled before (by this call or by [`stop`](Self::stop))
    /// within [`REQUESTS_REMEMBERED_FOR`](crate::REQUESTS_REMEMBERED_FOR) changes nothing.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer.
    async fn start(&self, process: NewProcess, now: DateTime<Utc>) -> Result<Started, StoreError>;

    /// Ends a process: all its notifications that are not in flight are gone.
    ///
    /// After this has answered, no [`begin`](Self::begin) of that generation succeeds; those that
    /// had succeeded before and are not settled are in the answer. If one run only is meant, and
    /// another runs by now, nothing changes: whether it runs and its end are one step.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer.
    async fn stop(
        &self,
        run: Run<'_>,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Result<Stopped, StoreError>;

    /// Holds or releases a process.
    ///
    /// While it is held, none of its notifications can be claimed or begun. When the hold ends, by
    /// its `until` or by [`Hold::Release`], each notification still to come is as far away as it
    /// was when the hold began; what was overdue then is due at once. Holding a held process again
    /// only moves its `until`. A request handled before changes nothing, as for
    /// [`start`](Self::start), and neither does a call that means another run than runs by now.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer.
    async fn hold(
        &self,
        run: Run<'_>,
        hold: Hold,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Result<Held, StoreError>;

    /// Leases up to `max` notifications that are due, or whose lease has run out, until
    /// `lease_until`; of each tenant the longest waiting first, and tenants in turn if `max` does
    /// not suffice for all.
    ///
    /// A hold that has run out by `now` is ended first, as of the instant it ran out.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer.
    async fn claim(
        &self,
        max: usize,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Claim>, StoreError>;

    /// Leases up to `max` more notifications that may travel with a claimed one: of the same
    /// tenant, channel, destination and [bundle](crate::Notification::bundle), the earliest due
    /// first.
    ///
    /// Only those that nobody has claimed, whose process is not held and of which no attempt is in
    /// doubt; before their first attempt they come if they were due as planned, even if they were
    /// put off since, and after it if it is time for the next one. None if `lease` is stale or its
    /// notification names no bundle.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer.
    async fn gather(
        &self,
        lease: &Lease,
        max: usize,
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Claim>, StoreError>;

    /// Commits that attempts start now, and leases each notification until its `lease_until`. Each
    /// stands for itself, in order; the answers are in order too.
    ///
    /// One is refused if its lease has passed to another worker, or the process was stopped or held
    /// meanwhile. If its `admission` has no room, counting those before it, the notification goes
    /// back and becomes due again when there may be some, without an attempt being counted. Check,
    /// count and start are one step, shared by all workers.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer; then none has started.
    async fn begin(
        &self,
        attempts: Vec<AttemptStart>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Begun>, StoreError>;

    /// Lengthens leases whose holder is still at work. Answers, in order, whether each still held.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer.
    async fn renew(
        &self,
        leases: &[Lease],
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Settled>, StoreError>;

    /// Records how claimed notifications ended, each on its own: done, due again, or a dead
    /// letter; and with it what that means for the rest of the process. Answers in order.
    ///
    /// Whether anything follows what is [passed on](crate::Verdict::PassedOn) is found out in the
    /// same step: of workers who pass on the last ones of a process, at least one leaves a dead
    /// letter.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer; then none is recorded.
    async fn settle(
        &self,
        settlements: Vec<Settlement>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Settled>, StoreError>;

    /// The earliest instant at which [`claim`](Self::claim) may find something, `None` if nothing
    /// is kept; it may lie in the past.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer.
    async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError>;

    /// What is known about a running process.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer.
    async fn process(&self, process: &ProcessId) -> Result<Option<ProcessSnapshot>, StoreError>;

    /// Up to `max` running processes that were started after the given one, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer.
    async fn processes(
        &self,
        after: Option<Generation>,
        max: usize,
    ) -> Result<Vec<ProcessSummary>, StoreError>;

    /// Resolves when something may have become due earlier than [`next_due`](Self::next_due) said
    /// before this call. It may miss changes made by other programs, for which an engine asks now
    /// and then, and it may resolve for nothing.
    async fn changed(&self);
}

/// Keeps what could not be delivered or read, until somebody looks at it.
#[async_trait]
pub trait DeadLetters: Send + Sync + std::fmt::Debug {
    /// Keeps a request that was refused, in its own words. The same request id is kept once.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer.
    async fn reject(&self, request: RejectedRequest, now: DateTime<Utc>) -> Result<(), StoreError>;

    /// Up to `max` dead letters after the given one, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer.
    async fn dead_letters(
        &self,
        after: Option<LetterId>,
        max: usize,
    ) -> Result<Vec<DeadLetter>, StoreError>;

    /// Makes a dead notification due now, in a process of its own name, tenant and generation,
    /// with its key unchanged and its attempts counted from 0; the letter is gone.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer.
    async fn replay(&self, letter: LetterId, now: DateTime<Utc>) -> Result<Replayed, StoreError>;

    /// Forgets a dead letter. Answers whether it was there.
    ///
    /// # Errors
    /// [`StoreError`] if the store cannot answer.
    async fn discard(&self, letter: LetterId) -> Result<Discarded, StoreError>;
}

/// Whether a dead letter was there to be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Discarded {
    /// It was, and is no more.
    Discarded,
    /// There was none.
    NotFound,
}

/// Why a store could not answer. Nothing is known to have changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Cannot be reached or is busy: ask again later.
    #[error("the store is not available: try again later")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Failed in a way that asking again will not mend.
    #[error("the store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}
