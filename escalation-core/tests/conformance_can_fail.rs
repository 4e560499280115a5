//! Each case of the conformance suite fails on a store that breaks its promise.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::conformance::{CASES, PlaceUnderTest, RESTART_CASES, RestartCase};
use escalation_core::{
    Admission, AttemptStart, Begun, Claim, ConcurrencyLimit, DeadLetter, DeadLetters, Discarded,
    Doubt, Effect, EscalationStore, Generation, Held, Hold, HoldState, IfRunning, Lease, LetterId,
    MemoryStore, NewProcess, ProcessId, ProcessSnapshot, ProcessSummary, RejectedRequest, Replayed,
    RequestId, Run, Scope, Sequence, Settled, Settlement, Started, Stopped, StoreError, Superseded,
    TenantId, Token, Verdict,
};
use futures::executor::block_on;

/// One promise that a [`Broken`] store does not keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// There is none.
    None,
    TellsDueTooLate,
    ClaimsEarly,
    RestartsWhatRuns,
    NeverReplaces,
    GivesOneGeneration,
    IgnoresStops,
    StopsWhatDoesNotRun,
    TakesAnyRun,
    LeasesForNoTime,
    ClaimsInAnyOrder,
    ClaimsTooMany,
    NeverFinishes,
    DoubtsEverything,
    ForgetsDoubt,
    TakesAnyToken,
    NeverRenews,
    BeginsAnything,
    ForgetsWhatIsInFlight,
    EndsByName,
    ForgetsHistory,
    ForgetsLetters,
    PretendsToReplay,
    ForgetsRequests,
    IgnoresHolds,
    ReleasesToTheOldTime,
    KeepsTheFirstHold,
    IgnoresLimits,
    CountsAllDestinationsTogether,
    CountsOneTooMany,
    IgnoresEffects,
    PassesOnToNobody,
    SettlesAllOrNothing,
    SupersedesNothing,
    HeedsWhatIsPast,
    ReplacesInsteadOfExtending,
    ExtendsWithoutRegardToHolds,
    ListsFromTheBeginning,
    BeginsBackwards,
    ForgetsTenants,
    GathersNothing,
    GathersWithoutALease,
    GathersEarly,
    GoesTheOldWay,
    WakesNobody,
}

/// Which fault proves that the case can fail.
fn proof(case: &str) -> Fault {
    use Fault::*;
    match case {
        "a_started_process_is_due_at_its_earliest_notification" => TellsDueTooLate,
        "nothing_is_claimed_before_it_is_due" => ClaimsEarly,
        "starting_a_running_process_changes_nothing" => RestartsWhatRuns,
        "replacing_a_running_process_makes_a_new_generation" => NeverReplaces,
        "generations_only_grow" => GivesOneGeneration,
        "a_stopped_process_is_never_claimed" => IgnoresStops,
        "stopping_what_does_not_run_says_so" => StopsWhatDoesNotRun,
        "a_word_about_one_run_touches_no_other" => TakesAnyRun,
        "a_claimed_notification_has_one_owner" => LeasesForNoTime,
        "claims_come_in_order_of_their_time" => ClaimsInAnyOrder,
        "claims_are_limited" => ClaimsTooMany,
        "a_process_ends_with_its_last_notification" => NeverFinishes,
        "a_lease_that_ran_out_before_the_attempt_leaves_no_doubt" => DoubtsEverything,
        "a_lease_that_ran_out_during_the_attempt_leaves_doubt" => ForgetsDoubt,
        "a_stale_lease_changes_nothing" => TakesAnyToken,
        "a_renewed_lease_lasts" => NeverRenews,
        "after_a_stop_no_attempt_begins" => BeginsAnything,
        "a_stop_answers_what_is_in_flight" => ForgetsWhatIsInFlight,
        "a_stopped_attempt_is_not_made_again" => IgnoresStops,
        "a_late_word_does_not_touch_a_newer_process" => EndsByName,
        "a_failed_attempt_is_due_again_with_its_history" => ForgetsHistory,
        "a_dead_letter_tells_its_reason_and_history" => ForgetsLetters,
        "a_dead_letter_can_be_replayed_once" => PretendsToReplay,
        "a_rejected_request_is_kept_once" => ForgetsRequests,
        "a_redelivered_request_changes_nothing" => ForgetsRequests,
        "a_held_process_stands_still" => IgnoresHolds,
        "a_released_process_goes_on_where_it_stood" => ReleasesToTheOldTime,
        "a_hold_runs_out" => IgnoresHolds,
        "holding_again_moves_only_the_end" => KeepsTheFirstHold,
        "a_retry_of_a_held_process_waits" => IgnoresHolds,
        "a_lost_attempt_of_a_held_process_waits" => IgnoresHolds,
        "concurrency_is_limited" => IgnoresLimits,
        "destinations_are_limited_apart" => CountsAllDestinationsTogether,
        "rates_are_limited" => IgnoresLimits,
        "a_refusal_uses_up_nothing" => CountsAllDestinationsTogether,
        "a_dead_attempt_makes_room" => CountsOneTooMany,
        "an_advance_moves_the_following_steps" => IgnoresEffects,
        "an_end_ends_the_process" => IgnoresEffects,
        "a_delivery_can_hold_its_process" => IgnoresEffects,
        "what_nothing_follows_cannot_be_passed_on" => PassesOnToNobody,
        "settlements_stand_for_themselves" => SettlesAllOrNothing,
        "a_claim_tells_what_supersedes_it" => SupersedesNothing,
        "what_is_past_its_deadline_supersedes_nothing" => HeedsWhatIsPast,
        "extending_a_running_process_adds_to_it" => ReplacesInsteadOfExtending,
        "what_is_added_to_a_held_process_waits" => ExtendsWithoutRegardToHolds,
        "a_replayed_process_is_not_extended" => ReplacesInsteadOfExtending,
        "running_processes_are_listed" => ListsFromTheBeginning,
        "a_redelivered_hold_changes_nothing" => ForgetsRequests,
        "attempts_begin_in_order" => BeginsBackwards,
        "a_flood_of_one_tenant_does_not_delay_the_others" => ForgetsTenants,
        "tenants_take_turns" => ForgetsTenants,
        "a_process_keeps_its_tenant" => ForgetsTenants,
        "what_shares_a_bundle_travels_together" => GathersNothing,
        "what_was_gathered_is_leased" => GathersWithoutALease,
        "a_bundle_takes_what_was_put_off_but_nothing_in_doubt" => GathersEarly,
        "a_notification_can_go_another_way" => GoesTheOldWay,
        "a_start_wakes_those_who_wait" => WakesNobody,
        other => panic!("`{other}` has no proof that it can fail: add one"),
    }
}

#[test]
fn each_case_fails_on_a_store_that_breaks_its_promise() {
    // The cases below panic on purpose; their words would only hide those of a real failure.
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let passed: Vec<_> = CASES
        .iter()
        .filter(|case| {
            let broken = Broken::new(proof(case.name));
            catch_unwind(AssertUnwindSafe(|| block_on((case.check)(&broken)))).is_ok()
        })
        .map(|case| (case.name, proof(case.name)))
        .collect();
    std::panic::set_hook(loud);
    assert_eq!(passed, [], "these cases miss the fault");
}

/// Which fault, of a store that is opened again, proves that the case can fail.
fn proof_by_a_restart(case: &str) -> Fault {
    use Fault::*;
    match case {
        "rates_survive_a_restart" => IgnoresLimits,
        "leases_survive_a_restart" => ClaimsEarly,
        "attempts_under_way_survive_a_restart" => ForgetsDoubt,
        "what_was_handled_survives_a_restart" => ForgetsRequests,
        "generations_grow_through_a_restart" => GivesOneGeneration,
        "holds_survive_a_restart" => ClaimsEarly,
        other => panic!("`{other}` has no proof that it can fail: add one"),
    }
}

/// Memory that outlives its store, which has that fault from the second time on that it is opened.
struct Memory {
    kept: Arc<MemoryStore>,
    opened: AtomicBool,
    fault: Fault,
}

#[async_trait]
impl PlaceUnderTest for Memory {
    async fn open(&self) -> Arc<dyn EscalationStore> {
        let fault = match self.opened.swap(true, Ordering::Relaxed) {
            true => self.fault,
            false => Fault::None,
        };
        Arc::new(Broken::on(Arc::clone(&self.kept), fault))
    }
}

#[test]
fn each_restart_case_fails_on_a_store_that_breaks_its_promise_and_on_no_other() {
    let passes = |case: &RestartCase, fault: Fault| {
        let memory = Memory {
            kept: Arc::default(),
            opened: AtomicBool::new(false),
            fault,
        };
        catch_unwind(AssertUnwindSafe(|| block_on((case.check)(&memory)))).is_ok()
    };
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let missed: Vec<_> = RESTART_CASES
        .iter()
        .map(|case| {
            let broken = proof_by_a_restart(case.name);
            (case.name, passes(case, broken), passes(case, Fault::None))
        })
        .filter(|(_, broken, sound)| *broken || !sound)
        .collect();
    std::panic::set_hook(loud);
    assert_eq!(missed, [], "name, passes with its fault, passes without");
}

#[derive(Debug)]
struct Broken {
    fault: Fault,
    inner: Arc<MemoryStore>,
    newest: Mutex<HashMap<(Generation, Sequence), Token>>,
}

impl Broken {
    fn new(fault: Fault) -> Self {
        Self::on(Arc::default(), fault)
    }

    fn on(inner: Arc<MemoryStore>, fault: Fault) -> Self {
        Self {
            fault,
            inner,
            newest: Mutex::default(),
        }
    }

    fn has(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    /// The run that a call is taken to be about.
    fn meant<'a>(&self, run: Run<'a>) -> Run<'a> {
        if self.has(Fault::TakesAnyRun) {
            return Run::current(run.process());
        }
        run
    }

    fn refreshed(&self, lease: &Lease) -> Lease {
        let mut lease = lease.clone();
        if self.has(Fault::TakesAnyToken) {
            let newest = self.newest.lock().expect("not poisoned");
            if let Some(token) = newest.get(&(lease.generation, lease.sequence)) {
                lease.token = *token;
            }
        }
        lease
    }
}

#[async_trait]
impl EscalationStore for Broken {
    async fn start(&self, mut new: NewProcess, now: DateTime<Utc>) -> Result<Started, StoreError> {
        match self.fault {
            Fault::RestartsWhatRuns => new.if_running = IfRunning::Replace,
            Fault::NeverReplaces => new.if_running = IfRunning::Keep,
            Fault::ForgetsRequests => new.request = None,
            Fault::ForgetsTenants => new.tenant = TenantId::default(),
            Fault::ReplacesInsteadOfExtending if new.if_running == IfRunning::Extend => {
                new.if_running = IfRunning::Replace;
            }
            Fault::ExtendsWithoutRegardToHolds if new.if_running == IfRunning::Extend => {
                self.inner
                    .hold(Run::current(&new.process), Hold::Release, None, now)
                    .await?;
            }
            _ => {}
        }
        let started = self.inner.start(new, now).await?;
        Ok(match started {
            Started::Created(_) if self.has(Fault::GivesOneGeneration) => {
                Started::Created(Generation::new(1))
            }
            started => started,
        })
    }

    async fn stop(
        &self,
        run: Run<'_>,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Result<Stopped, StoreError> {
        let request = request.filter(|_| !self.has(Fault::ForgetsRequests));
        if self.has(Fault::IgnoresStops)
            && let Some(snapshot) = self.inner.process(run.process()).await?
        {
            return Ok(Stopped::Ended {
                generation: snapshot.generation,
                cancelled: snapshot.open.len(),
                in_flight: Vec::new(),
            });
        }
        let stopped = self.inner.stop(self.meant(run), request, now).await?;
        Ok(match stopped {
            Stopped::Ended {
                generation,
                cancelled,
                ..
            } if self.has(Fault::ForgetsWhatIsInFlight) => Stopped::Ended {
                generation,
                cancelled,
                in_flight: Vec::new(),
            },
            Stopped::NotRunning if self.has(Fault::StopsWhatDoesNotRun) => Stopped::Ended {
                generation: Generation::new(1),
                cancelled: 0,
                in_flight: Vec::new(),
            },
            stopped => stopped,
        })
    }

    async fn hold(
        &self,
        run: Run<'_>,
        hold: Hold,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> Result<Held, StoreError> {
        let request = request.filter(|_| !self.has(Fault::ForgetsRequests));
        let Some(snapshot) = self.inner.process(run.process()).await? else {
            return Ok(Held::NotRunning);
        };
        match (self.fault, hold) {
            (Fault::IgnoresHolds, _) => {
                return Ok(Held::Changed {
                    generation: snapshot.generation,
                    in_flight: Vec::new(),
                });
            }
            (Fault::ReleasesToTheOldTime, Hold::Release) => {
                // Ends the hold as if it had lasted no time.
                let past = now - TimeDelta::days(1);
                return self.inner.hold(run, Hold::Release, request, past).await;
            }
            (Fault::KeepsTheFirstHold, _) if snapshot.hold != HoldState::Running => {
                return Ok(Held::Changed {
                    generation: snapshot.generation,
                    in_flight: Vec::new(),
                });
            }
            _ => {}
        }
        self.inner.hold(self.meant(run), hold, request, now).await
    }

    async fn claim(
        &self,
        max: usize,
        mut lease_until: DateTime<Utc>,
        mut now: DateTime<Utc>,
    ) -> Result<Vec<Claim>, StoreError> {
        let mut most = max;
        match self.fault {
            Fault::ClaimsEarly => now += TimeDelta::microseconds(1),
            Fault::LeasesForNoTime => lease_until = now,
            Fault::ClaimsTooMany => most = max + 1,
            _ => {}
        }
        let mut claims = self.inner.claim(most, lease_until, now).await?;
        for claim in &mut claims {
            let lease = &claim.lease;
            let mut newest = self.newest.lock().expect("not poisoned");
            newest.insert((lease.generation, lease.sequence), lease.token);
            match self.fault {
                Fault::DoubtsEverything => claim.doubt = Doubt::Unfinished,
                Fault::ForgetsDoubt => claim.doubt = Doubt::None,
                Fault::ForgetsHistory => claim.history.clear(),
                Fault::SupersedesNothing => claim.superseded = Superseded::No,
                _ => {}
            }
        }
        if self.has(Fault::HeedsWhatIsPast)
            && let Some((_, earlier)) = claims.split_last_mut()
        {
            for claim in earlier {
                claim.superseded = claim.superseded.max(Superseded::InProcess);
            }
        }
        if self.has(Fault::ClaimsInAnyOrder) {
            claims.reverse();
        }
        Ok(claims)
    }

    async fn gather(
        &self,
        lease: &Lease,
        max: usize,
        mut lease_until: DateTime<Utc>,
        mut now: DateTime<Utc>,
    ) -> Result<Vec<Claim>, StoreError> {
        match self.fault {
            Fault::GathersNothing => return Ok(Vec::new()),
            Fault::GathersWithoutALease => lease_until = now,
            Fault::GathersEarly => now += TimeDelta::days(1),
            _ => {}
        }
        self.inner.gather(lease, max, lease_until, now).await
    }

    async fn begin(
        &self,
        mut attempts: Vec<AttemptStart>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Begun>, StoreError> {
        for attempt in &mut attempts {
            attempt.lease = self.refreshed(&attempt.lease);
            let admission = Arc::make_mut(&mut attempt.admission);
            match self.fault {
                Fault::IgnoresLimits => *admission = Admission::unlimited(),
                Fault::CountsAllDestinationsTogether => {
                    for limit in &mut admission.concurrency {
                        limit.scope = Scope::Channel;
                    }
                }
                Fault::CountsOneTooMany => {
                    for limit in &mut admission.concurrency {
                        *limit = ConcurrencyLimit::new(limit.scope, limit.max - 1);
                    }
                }
                _ => {}
            }
        }
        let count = attempts.len();
        if self.has(Fault::BeginsBackwards) {
            attempts.reverse();
        }
        let begun = self.inner.begin(attempts, now).await?;
        if self.has(Fault::BeginsAnything) {
            return Ok(vec![Begun::Started; count]);
        }
        Ok(begun)
    }

    async fn renew(
        &self,
        leases: &[Lease],
        lease_until: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Settled>, StoreError> {
        if self.has(Fault::NeverRenews) {
            return Ok(vec![Settled::recorded(); leases.len()]);
        }
        let leases: Vec<_> = leases.iter().map(|lease| self.refreshed(lease)).collect();
        self.inner.renew(&leases, lease_until, now).await
    }

    async fn settle(
        &self,
        mut settlements: Vec<Settlement>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Settled>, StoreError> {
        for settlement in &mut settlements {
            settlement.lease = self.refreshed(&settlement.lease);
            match self.fault {
                Fault::IgnoresEffects => settlement.effect = Effect::None,
                Fault::PassesOnToNobody => {
                    if let Verdict::PassedOn(_) = settlement.verdict {
                        settlement.verdict = Verdict::Done;
                    }
                }
                Fault::NeverFinishes => {
                    settlement.verdict = Verdict::Again {
                        at: now + TimeDelta::days(1),
                        doubt: Doubt::None,
                    };
                }
                Fault::GoesTheOldWay => {
                    if let Verdict::Instead { at, doubt, .. } = settlement.verdict {
                        settlement.verdict = Verdict::Again { at, doubt };
                    }
                }
                _ => {}
            }
        }
        if self.has(Fault::EndsByName) {
            for settlement in &settlements {
                self.inner
                    .stop(Run::current(&settlement.lease.process), None, now)
                    .await?;
            }
        }
        let settled = self.inner.settle(settlements, now).await?;
        if self.has(Fault::SettlesAllOrNothing) && settled.contains(&Settled::Stale) {
            return Ok(vec![Settled::Stale; settled.len()]);
        }
        Ok(settled)
    }

    async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let next = self.inner.next_due().await?;
        if self.has(Fault::TellsDueTooLate) {
            return Ok(next.map(|next| next + TimeDelta::seconds(1)));
        }
        Ok(next)
    }

    async fn process(&self, process: &ProcessId) -> Result<Option<ProcessSnapshot>, StoreError> {
        self.inner.process(process).await
    }

    async fn processes(
        &self,
        after: Option<Generation>,
        max: usize,
    ) -> Result<Vec<ProcessSummary>, StoreError> {
        let after = after.filter(|_| !self.has(Fault::ListsFromTheBeginning));
        self.inner.processes(after, max).await
    }

    async fn changed(&self) {
        if self.has(Fault::WakesNobody) {
            std::future::pending::<()>().await;
        }
        self.inner.changed().await;
    }
}

#[async_trait]
impl DeadLetters for Broken {
    async fn reject(
        &self,
        mut request: RejectedRequest,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if self.has(Fault::ForgetsRequests) {
            request.request = None;
        }
        self.inner.reject(request, now).await
    }

    async fn dead_letters(
        &self,
        after: Option<LetterId>,
        max: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        if self.has(Fault::ForgetsLetters) {
            return Ok(Vec::new());
        }
        self.inner.dead_letters(after, max).await
    }

    async fn replay(&self, letter: LetterId, now: DateTime<Utc>) -> Result<Replayed, StoreError> {
        if self.has(Fault::PretendsToReplay) {
            return Ok(Replayed::Due);
        }
        self.inner.replay(letter, now).await
    }

    async fn discard(&self, letter: LetterId) -> Result<Discarded, StoreError> {
        self.inner.discard(letter).await
    }
}
