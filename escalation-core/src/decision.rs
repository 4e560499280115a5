//! The rules: what a claim and an outcome mean. Pure, so that every case can be listed in a test.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    Attempt, Cause, Channel, ChannelPolicy, Check, Claim, ClosedWindow, Delivery, Doubt, Effect,
    LatePolicy, Outcome, Reaction, Reason, Response, Settlement, Superseded, UnknownPolicy,
    Verdict, Window, calendar,
};

/// Settles a claim that is not to be attempted at all because of its time; `None` if it is. It could
/// have been sent from `possible_from` on.
pub(crate) fn timely(
    claim: &Claim,
    policy: &ChannelPolicy,
    possible_from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<Settlement> {
    let settle = |verdict| Some(Settlement::new(claim.lease.clone(), verdict));
    if claim.notification.is_past(now) {
        return settle(Verdict::Dead(Cause::DeadlinePassed.into()));
    }
    // What is tried again is late by design: the policy is about notifications that come up late.
    if claim.attempts > 0 {
        return None;
    }
    let late = delay(claim, policy, claim.due_at, now) >= policy.late_after;
    match policy.late {
        LatePolicy::Last if late && claim.superseded >= Superseded::InProcess => {
            settle(Verdict::Done)
        }
        LatePolicy::LastPerDestination if late && claim.superseded == Superseded::AtDestination => {
            settle(Verdict::Done)
        }
        LatePolicy::DropOlderThan(limit) => {
            let delay = delay(claim, policy, possible_from, now);
            let since = match possible_from > claim.due_at {
                true => "its window has opened",
                false => "its time",
            };
            (delay > limit)
                .then(|| format!("{} s after {since}", delay.num_seconds()))
                .and_then(|late| settle(Verdict::Dead(Reason::new(Cause::Late, late))))
        }
        _ => None,
    }
}

/// How long after that instant a claim comes up, but for what it waits for others of its bundle.
pub(crate) fn delay(
    claim: &Claim,
    policy: &ChannelPolicy,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> TimeDelta {
    let waited = match (policy.bundling, claim.notification.bundle()) {
        (Some(bundling), Some(_)) => bundling.window,
        _ => TimeDelta::zero(),
    };
    calendar::difference(now.signed_duration_since(from), waited)
}

/// Settles a claim whose precondition does not let it proceed; `None` if it does.
pub(crate) fn checked(claim: &Claim, check: Check, now: DateTime<Utc>) -> Option<Settlement> {
    let (verdict, effect) = match check {
        Check::Proceed => return None,
        Check::Skip => (Verdict::Done, Effect::None),
        Check::End => (Verdict::Done, Effect::End),
        Check::AskAgainAt(at) => (again(claim, at, now), Effect::None),
    };
    let mut settlement = Settlement::new(claim.lease.clone(), verdict);
    settlement.effect = effect;
    Some(settlement)
}

/// Settles a claim whose delivery window is closed; `None` if it is open.
pub(crate) fn opened(
    claim: &Claim,
    window: Window,
    closed: &ClosedWindow,
    now: DateTime<Utc>,
) -> Option<Settlement> {
    let verdict = match (window, closed) {
        (Window::Now | Window::Unknown, _) => return None,
        (Window::NotBefore(at), _) if at <= now => return None,
        (Window::NotBefore(_) | Window::Never, ClosedWindow::Skip) => Verdict::Done,
        (Window::NotBefore(_) | Window::Never, ClosedWindow::Downgrade(channel)) => {
            instead(claim, channel, claim.doubt, now)
        }
        (Window::NotBefore(at), ClosedWindow::Defer) => again(claim, at, now),
        (Window::Never, ClosedWindow::Defer) => Verdict::Dead(Cause::WindowClosed.into()),
    };
    Some(Settlement::new(claim.lease.clone(), verdict))
}

/// Due again, without an attempt: strictly later, so that one run cannot turn in circles.
fn again(claim: &Claim, at: DateTime<Utc>, now: DateTime<Utc>) -> Verdict {
    Verdict::Again {
        at: at.max(calendar::later(now, TimeDelta::milliseconds(1))),
        doubt: claim.doubt,
    }
}

/// Goes on at once over another channel. That ends, since `build` refuses circles.
fn instead(claim: &Claim, channel: &Channel, doubt: Doubt, now: DateTime<Utc>) -> Verdict {
    let notification = claim.notification.as_ref().clone().over(channel.clone());
    Verdict::Instead {
        notification: Arc::new(notification),
        at: now,
        doubt,
    }
}

/// Settles attempts that were one delivery: they share its outcome, and if they are made again,
/// its time, so that they can travel together again.
pub(crate) fn ended_together(
    claims: &[Claim],
    delivery: &Delivery,
    outcome: &Outcome,
    policy: &ChannelPolicy,
    now: DateTime<Utc>,
) -> Vec<Settlement> {
    let mut settlements: Vec<_> = claims
        .iter()
        .zip(delivery.all())
        .map(|(claim, each)| ended(claim, each, outcome.clone(), policy, now))
        .collect();
    let first = settlements.first().map(|first| first.verdict.clone());
    if let Some(Verdict::Again { at: together, .. }) = first {
        for settlement in &mut settlements {
            if let Verdict::Again { at, .. } = &mut settlement.verdict {
                *at = together;
            }
        }
    }
    settlements
}

/// Settles an attempt of which nobody can tell yet what became of it: it is asked again, so many
/// times and with growing waits, and then given up.
pub(crate) fn still_unknown(
    claim: &Claim,
    earlier: &Delivery,
    reason: Reason,
    policy: &ChannelPolicy,
    now: DateTime<Utc>,
) -> Settlement {
    // What the notifier said of it, if it could, and what was answered since. What was said before
    // it was due is about attempts before a replay, which start from 1 again.
    let history = claim.history.iter().rev();
    let said =
        history.take_while(|said| said.number == claim.attempts && said.ended_at >= claim.due_at);
    let said = u32::try_from(said.count()).unwrap_or(u32::MAX);
    let inquiries = said.max(1);

    let mut settlement = Settlement::new(claim.lease.clone(), Verdict::Done);
    settlement.attempt = Some(Attempt::new(claim.attempts, now, reason.clone()));
    if said == 0 {
        // The first word about it: the process reacts to that, and not to each further one.
        settlement.effect = effect_of(&reason, policy);
        if policy.reactions.get(&reason.cause()) == Some(&Reaction::Advance) {
            settlement.verdict = Verdict::PassedOn(reason);
            return settlement;
        }
    }
    let seed = earlier.key();
    let number = claim.attempts.saturating_add(said);
    let wait = policy.backoff.wait(seed.as_str().as_bytes(), number);
    settlement.verdict = match now.checked_add_signed(wait) {
        Some(at) if inquiries < policy.max_inquiries => Verdict::Again {
            at,
            doubt: Doubt::Unfinished,
        },
        _ => Verdict::Dead(Reason::new(
            Cause::Timeout,
            format!(
                "an attempt may have been delivered; asked {inquiries} times, the last answer: \
                 {reason}"
            ),
        )),
    };
    settlement
}

/// Settles an attempt by its outcome.
pub(crate) fn ended(
    claim: &Claim,
    delivery: &Delivery,
    outcome: Outcome,
    policy: &ChannelPolicy,
    now: DateTime<Utc>,
) -> Settlement {
    let mut settlement = Settlement::new(claim.lease.clone(), Verdict::Done);
    let (at_least, reason, doubt) = match outcome {
        Outcome::Delivered(response) => {
            settlement.effect = match response {
                Response::None => Effect::None,
                Response::Acknowledged => Effect::Hold {
                    until: policy
                        .acknowledged_for
                        .and_then(|time| now.checked_add_signed(time)),
                },
                Response::Resolved => Effect::End,
            };
            return settlement;
        }
        Outcome::Rejected(reason) => {
            settlement.effect = effect_of(&reason, policy);
            settlement.attempt = Some(Attempt::new(delivery.attempt(), now, reason.clone()));
            settlement.verdict = match policy.reactions.get(&reason.cause()) {
                Some(Reaction::Instead(channel)) => instead(claim, channel, claim.doubt, now),
                _ => Verdict::Dead(reason),
            };
            return settlement;
        }
        Outcome::RetryAfter { at_least, reason } => (at_least, reason, claim.doubt),
        Outcome::Unknown(reason) => (None, reason, Doubt::Unfinished),
    };

    settlement.effect = effect_of(&reason, policy);
    settlement.attempt = Some(Attempt::new(delivery.attempt(), now, reason.clone()));
    let wait = policy
        .backoff
        .wait(delivery.key().as_str().as_bytes(), delivery.attempt())
        .max(at_least.unwrap_or_default());
    let reaction = policy.reactions.get(&reason.cause());
    settlement.verdict = match now.checked_add_signed(wait) {
        // Only the store knows whether anything follows.
        _ if reaction == Some(&Reaction::Advance) => Verdict::PassedOn(reason),
        _ if doubt == Doubt::None
            && let Some(Reaction::Instead(channel)) = reaction =>
        {
            instead(claim, channel, doubt, now)
        }
        _ if doubt == Doubt::Unfinished && policy.unknown == UnknownPolicy::DeadLetter => {
            Verdict::Dead(reason)
        }
        // What became of the last attempt is asked for too. One more that is made because that was
        // never sent is not, or there would be no end.
        Some(at)
            if doubt == Doubt::Unfinished
                && delivery.attempt() <= policy.max_attempts
                && policy.unknown == UnknownPolicy::Reconcile =>
        {
            Verdict::Again { at, doubt }
        }
        _ if delivery.attempt() >= policy.max_attempts => Verdict::Dead(Reason::new(
            Cause::AttemptsExhausted,
            format!("{} attempts, the last: {reason}", delivery.attempt()),
        )),
        Some(at) => Verdict::Again { at, doubt },
        None => Verdict::Dead(reason),
    };
    settlement
}

fn effect_of(reason: &Reason, policy: &ChannelPolicy) -> Effect {
    match policy.reactions.get(&reason.cause()) {
        Some(Reaction::Advance | Reaction::RetryAndAdvance) => Effect::Advance,
        Some(Reaction::Retry | Reaction::Instead(_)) | None => Effect::None,
    }
}
