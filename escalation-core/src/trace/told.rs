//! Spans and events.

use std::error::Error;

use chrono::TimeDelta;
use tracing::{Instrument, Span, debug, error, info, info_span, warn};

use crate::{
    Begun, Cancelled, Cause, Delivery, Generation, InFlight, Lease, Outcome, ProcessId, RequestId,
    Settlement, StoreError, Verdict,
};

/// Whose words they are, for filters.
const TARGET: &str = "escalation_core";

/// What belongs to one attempt, or to several that are one delivery.
pub(crate) struct AttemptSpan(Span);

impl AttemptSpan {
    pub(crate) fn new(delivery: &Delivery) -> Self {
        Self(info_span!(target: TARGET, "attempt",
            process = %delivery.process(),
            generation = delivery.generation().number(),
            sequence = delivery.sequence().position(),
            channel = %delivery.channel(),
            attempt = delivery.attempt(),
            together = delivery.all().count(),
        ))
    }

    pub(crate) fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
        future.instrument(self.0.clone())
    }
}

pub(crate) fn claimed(notifications: usize) {
    if notifications > 0 {
        debug!(target: TARGET, notifications, "claimed");
    }
}

pub(crate) fn begun(span: &AttemptSpan) {
    span.0.in_scope(|| info!(target: TARGET, "begun"));
}

pub(crate) fn deferred(lease: &Lease, begun: Begun) {
    if let Begun::Deferred { until } = begun {
        debug!(target: TARGET, process = %lease.process, sequence = lease.sequence.position(), %until, "deferred");
    }
}

pub(crate) fn stale(lease: &Lease) {
    debug!(target: TARGET, process = %lease.process,
        generation = lease.generation.number(),
        sequence = lease.sequence.position(),
        "stale"
    );
}

pub(crate) fn skipped(lease: &Lease) {
    debug!(target: TARGET, process = %lease.process,
        generation = lease.generation.number(),
        sequence = lease.sequence.position(),
        "skipped"
    );
}

pub(crate) fn ended(span: &AttemptSpan, outcome: &Outcome) {
    span.0.in_scope(|| match outcome {
        Outcome::Delivered(response) => info!(target: TARGET, ?response, "delivered"),
        Outcome::Rejected(reason) => {
            warn!(target: TARGET, cause = %reason.cause(), rejected = true, "failed")
        }
        Outcome::RetryAfter { reason, .. } => {
            warn!(target: TARGET, cause = %reason.cause(), rejected = false, "failed");
        }
        Outcome::Unknown(reason) => warn!(target: TARGET, cause = %reason.cause(), "unknown"),
    });
}

pub(crate) fn settled(settlement: &Settlement) {
    let Lease {
        process,
        generation,
        sequence,
        ..
    } = &settlement.lease;
    let (generation, sequence) = (generation.number(), sequence.position());
    match &settlement.verdict {
        // What becomes of the latter is known when it is settled.
        Verdict::Done | Verdict::PassedOn(_) => {}
        Verdict::Again { at, .. } => {
            info!(target: TARGET, %process, generation, sequence, %at, "again")
        }
        Verdict::Instead {
            notification, at, ..
        } => {
            let channel = notification.channel();
            info!(target: TARGET, %process, generation, sequence, %channel, %at, "instead");
        }
        Verdict::Dead(reason) => buried(&settlement.lease, reason.cause()),
    }
}

pub(crate) fn passed_on(lease: &Lease, cause: Cause) {
    info!(target: TARGET, process = %lease.process,
        generation = lease.generation.number(),
        sequence = lease.sequence.position(),
        %cause,
        "passed on"
    );
}

pub(crate) fn buried(lease: &Lease, cause: Cause) {
    error!(target: TARGET, process = %lease.process,
        generation = lease.generation.number(),
        sequence = lease.sequence.position(),
        %cause,
        "dead letter"
    );
}

pub(crate) fn started(process: &ProcessId, generation: Generation) {
    info!(target: TARGET, %process, generation = generation.number(), "started");
}

pub(crate) fn stopped(process: &ProcessId, generation: Generation) {
    info!(target: TARGET, %process, generation = generation.number(), "stopped");
}

pub(crate) fn cancelled(attempt: &InFlight, how: &Cancelled) {
    let (process, sequence) = (&attempt.lease.process, attempt.lease.sequence.position());
    let how = match how {
        Cancelled::Cancelled => "cancelled",
        Cancelled::TooLate => "too late",
        Cancelled::Failed(_) => "goes on",
    };
    info!(target: TARGET, %process, sequence, attempt = attempt.attempt, how, "cancelled");
}

pub(crate) fn rejected(request: &RequestId, cause: Cause) {
    warn!(target: TARGET, %request, %cause, "request rejected");
}

pub(crate) fn clock_jumped(by: TimeDelta, trusted_in: TimeDelta) {
    warn!(target: TARGET, milliseconds = by.num_milliseconds(),
        trusted_in = trusted_in.num_milliseconds(),
        "clock jumped"
    );
}

pub(crate) fn store_failed(asked: &'static str, error: &StoreError) {
    let cause = error.source().map(ToString::to_string);
    error!(target: TARGET, asked, %error, cause, "store failed");
}
