//! Each policy's theorem, and every dispatch and position against a naive oracle: a list and a
//! sort.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use queue_dispatch::*;

const EVE: AgentId = AgentId::new(1);

#[derive(Debug, Clone, Copy)]
enum Rule {
    Strict,
    HeadStart,
    Accumulating,
    Cap,
}

const RULES: [Rule; 4] = [Rule::Strict, Rule::HeadStart, Rule::Accumulating, Rule::Cap];
const CREDITS: [i64; 3] = [90, 30, 0];
const RATES: [i64; 3] = [6, 3, 1];
const CAP: i64 = 60;

fn config(rule: Rule) -> Config {
    let builder = Config::builder(["first", "second", "third"]).ladder(Ladder::none());
    match rule {
        Rule::Strict => builder.policy(Strict::new()),
        Rule::HeadStart => builder.policy(HeadStart::new(CREDITS.map(TimeDelta::seconds))),
        Rule::Accumulating => {
            builder.policy(AccumulatingPriority::new(RATES.map(|rate| rate as u32)))
        }
        Rule::Cap => builder.policy(Cap::new(TimeDelta::seconds(CAP))),
    }
    .build()
    .unwrap()
}

/// A caller in the oracle's list.
#[derive(Debug, Clone, Copy)]
struct Row {
    call: CallId,
    class: usize,
    /// Milliseconds.
    arrived: i64,
}

/// The order as the documentation words it, written down anew: smaller goes first.
fn order(rule: Rule, row: &Row, now: i64) -> (i64, i64, i64, usize) {
    let waited = now - row.arrived;
    let class = row.class as i64;
    let (first, second) = match rule {
        Rule::Strict => (class, 0),
        Rule::HeadStart => (-(waited + CREDITS[row.class] * 1000), 0),
        Rule::Accumulating => (-(waited * RATES[row.class]), 0),
        Rule::Cap if waited >= CAP * 1000 => (-1, -waited),
        Rule::Cap => (class, 0),
    };
    (first, second, -waited, row.class)
}

struct Lot(u64);

impl Lot {
    fn draw(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    /// Exponentially distributed, in microseconds.
    fn exponential(&mut self, mean: f64) -> i64 {
        let uniform = (self.draw(1 << 30) as f64 + 0.5) / (1_u64 << 30) as f64;
        (-uniform.ln() * mean) as i64
    }
}

fn at(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_700_000_000_000 + millis).unwrap()
}

/// Random arrivals, hang-ups and dispatches: who is offered is who the sort puts first, and the
/// theorem of the rule holds for everyone passed over.
fn follows_the_oracle(rule: Rule, steps: usize) {
    let mut queue = Queue::new(config(rule));
    let mut out = Commands::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut lot = Lot(11);
    let mut now = 0;
    let mut last_positions: Vec<(CallId, usize)> = Vec::new();
    queue
        .step(&Event::SignedIn(Agent::new(EVE)), at(0), &mut out)
        .unwrap();
    for number in 0..steps as u128 {
        now += lot.draw(3_000) as i64;
        out.clear();
        match lot.draw(10) {
            0..=4 if rows.len() < 80 => {
                let row = Row {
                    call: CallId::new(number),
                    class: lot.draw(3) as usize,
                    arrived: now,
                };
                rows.push(row);
                queue
                    .step(
                        &Event::enqueue(row.call, ClassId::new(row.class as u8)),
                        at(now),
                        &mut out,
                    )
                    .unwrap();
                assert!(out.is_empty());
            }
            5 if !rows.is_empty() => {
                let row = rows.swap_remove(lot.draw(rows.len() as u64) as usize);
                queue
                    .step(&Event::HungUp { call: row.call }, at(now), &mut out)
                    .unwrap();
            }
            _ => {
                queue
                    .step(&Event::Ready { agent: EVE }, at(now), &mut out)
                    .unwrap();
                let expected = rows
                    .iter()
                    .min_by_key(|row| (order(rule, row, now), row.call))
                    .copied();
                let offered = out.offers().next().copied();
                assert_eq!(
                    offered.map(|offer| offer.call),
                    expected.map(|row| row.call),
                    "{rule:?} at {now}"
                );
                if let (Some(offer), Some(served)) = (offered, expected) {
                    rows.retain(|row| row.call != served.call);
                    the_theorem_holds(rule, &served, &rows, now);
                    queue
                        .step(&Event::HungUp { call: offer.call }, at(now), &mut out)
                        .unwrap();
                }
                queue
                    .step(&Event::Break { agent: EVE }, at(now), &mut out)
                    .unwrap();
            }
        }
        // Positions: exact, and under a static rule they never grow.
        if number % 16 == 0 {
            rows.sort_by_key(|row| (order(rule, row, now), row.call));
            let positions: Vec<(CallId, usize)> = rows
                .iter()
                .zip(1..)
                .inspect(|(row, place)| assert_eq!(queue.position(row.call, at(now)), Some(*place)))
                .map(|(row, place)| (row.call, place))
                .collect();
            if let Rule::HeadStart = rule {
                for (call, place) in &positions {
                    let before = last_positions.iter().find(|(other, _)| other == call);
                    // Somebody with credit may still arrive in front, but only within the credit.
                    let young = rows
                        .iter()
                        .filter(|row| now - row.arrived < 120_000)
                        .count();
                    assert!(before.is_none_or(|(_, before)| *place <= before + young));
                }
            }
            last_positions = positions;
        }
    }
}

/// What the documentation of the rule promises about those passed over.
fn the_theorem_holds(rule: Rule, served: &Row, waiting: &[Row], now: i64) {
    for other in waiting {
        let later = served.arrived - other.arrived;
        let waited = now - other.arrived;
        match rule {
            Rule::Strict => assert!(other.class >= served.class, "a favoured caller still waits"),
            Rule::HeadStart => {
                let credit = (CREDITS[served.class] - CREDITS[other.class]) * 1000;
                assert!(
                    later <= credit.max(0),
                    "overtaken by one who arrived {later} ms later"
                );
            }
            Rule::Accumulating if later > 0 => {
                // d / (1 - r/p) = d·p / (p - r)
                let (p, r) = (RATES[served.class], RATES[other.class]);
                assert!(
                    p > r && waited * (p - r) >= later * p,
                    "overtaken after {waited} ms"
                );
            }
            Rule::Accumulating => {}
            Rule::Cap => assert!(waited < CAP * 1000 || later <= 0, "overtaken past the cap"),
        }
    }
}

#[test]
fn every_dispatch_and_position_equals_the_oracle_in_a_million_events() {
    for rule in RULES {
        follows_the_oracle(rule, 250_000);
    }
}

/// What came out of a simulated call centre.
struct Outcome {
    /// Microseconds, in order of arrival.
    waits: Vec<i64>,
    classes: Vec<usize>,
}

/// M/M/c through the queue in virtual time. The lengths of talks are drawn in the order in which
/// talks begin, so that every work-conserving rule sees the same instants of arrival and departure.
fn simulate(rule: Rule, agents: u64, load: f64, calls: usize) -> Outcome {
    let mean_talk = 180e6;
    let mut arrivals = Lot(3);
    let mut talks = Lot(5);
    let mut queue = Queue::new(config(rule));
    let mut out = Commands::new();
    let start = at(0);
    let micro = |micros: i64| start + TimeDelta::microseconds(micros);
    for agent in 0..agents {
        let agent = AgentId::new(agent);
        queue
            .step(&Event::SignedIn(Agent::new(agent)), start, &mut out)
            .unwrap();
        queue
            .step(&Event::Ready { agent }, start, &mut out)
            .unwrap();
    }
    let mut outcome = Outcome {
        waits: vec![-1; calls],
        classes: Vec::new(),
    };
    let mut ends: std::collections::BinaryHeap<std::cmp::Reverse<(i64, Token)>> =
        Default::default();
    let mut arrived = Vec::new();
    let mut next_arrival = arrivals.exponential(mean_talk / load);
    loop {
        let next_end = ends.peek().map(|end| end.0.0);
        out.clear();
        let now = if arrived.len() < calls && next_end.is_none_or(|end| next_arrival < end) {
            let now = next_arrival;
            let class = arrivals.draw(3) as usize;
            let call = CallId::new(arrived.len() as u128);
            arrived.push(now);
            outcome.classes.push(class);
            next_arrival += arrivals.exponential(mean_talk / load);
            queue
                .step(
                    &Event::enqueue(call, ClassId::new(class as u8)),
                    micro(now),
                    &mut out,
                )
                .unwrap();
            now
        } else if let Some(std::cmp::Reverse((now, token))) = ends.pop() {
            queue
                .step(&Event::CallEnded { token }, micro(now), &mut out)
                .unwrap();
            now
        } else {
            break;
        };
        let offers: Vec<Offer> = out.offers().copied().collect();
        for Offer { token, call, .. } in offers {
            queue
                .step(&Event::OfferAccepted { token }, micro(now), &mut out)
                .unwrap();
            queue
                .step(&Event::Bridged { token }, micro(now), &mut out)
                .unwrap();
            let number = call.number() as usize;
            outcome.waits[number] = now - arrived[number];
            ends.push(std::cmp::Reverse((
                now + talks.exponential(mean_talk),
                token,
            )));
        }
    }
    assert_eq!(queue.stats().answered, calls as u64);
    outcome
}

/// The conservation law: a work-conserving rule that does not look at the length of talks shares
/// the waiting out differently, and cannot change its sum. Here the sum is equal to the microsecond.
#[test]
fn no_policy_changes_the_total_wait() {
    let outcomes = RULES.map(|rule| simulate(rule, 5, 4.75, 95_000));
    let totals: Vec<i64> = outcomes
        .iter()
        .map(|outcome| outcome.waits.iter().sum())
        .collect();
    assert!(
        totals[0] > 0 && totals.iter().all(|&total| total == totals[0]),
        "{totals:?}"
    );
    // The rules do differ in who waits.
    let third = |outcome: &Outcome| -> i64 {
        outcome
            .waits
            .iter()
            .zip(&outcome.classes)
            .filter(|(_, class)| **class == 2)
            .map(|(wait, _)| *wait)
            .sum()
    };
    assert!(
        third(&outcomes[0]) > third(&outcomes[1]),
        "strict is harder on the third class than a head start"
    );
}

/// The simulated centre agrees with Erlang C within the confidence bounds of its batches.
fn agrees_with_erlang(hours: usize) {
    let (agents, load) = (10, 8.0);
    let calls = hours * 160;
    let outcome = simulate(Rule::HeadStart, agents, load, calls);
    let expected = erlang::ErlangC::new(agents as u32, load).unwrap();
    let batch = calls / 40;
    for (name, published, value) in [
        (
            "mean wait",
            expected.mean_wait(180.0),
            (|wait: i64| wait as f64 / 1e6) as fn(i64) -> f64,
        ),
        ("waiting at all", expected.wait_probability(), |wait| {
            f64::from(u8::from(wait > 0))
        }),
    ] {
        let means: Vec<f64> = outcome
            .waits
            .chunks_exact(batch)
            .map(|batch| batch.iter().map(|&wait| value(wait)).sum::<f64>() / batch.len() as f64)
            .collect();
        let count = means.len() as f64;
        let mean = means.iter().sum::<f64>() / count;
        let variance = means.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / (count - 1.0);
        let error = (variance / count).sqrt();
        println!("{name}: {mean:.4} ± {error:.4}, Erlang C {published:.4}");
        assert!(
            (mean - published).abs() < 3.0 * error,
            "{name}: {mean} ± {error} against {published}"
        );
    }
}

#[test]
fn a_simulation_of_a_thousand_hours_agrees_with_erlang_c() {
    agrees_with_erlang(1_000);
}

proptest! {
    /// A policy that says where the order turns says the same as its comparison, around that point
    /// and far from it.
    #[test]
    fn turning_points_agree_with_comparing(
        waited in 0..400_i64,
        wait in 0..400_i64,
        far in 0..500_000_000_i64,
        classes in (0..3_u8, 0..3_u8),
        credit in 0..200_i64,
    ) {
        let (class, other_class) = (ClassId::new(classes.0), ClassId::new(classes.1));
        let policies: [&dyn Policy; 5] = [
            &Strict::new(),
            &HeadStart::new([credit, 30, 5].map(TimeDelta::microseconds)),
            &AccumulatingPriority::new([7, 3, 2]),
            &Cap::new(TimeDelta::microseconds(credit)),
            &Cap::new(TimeDelta::zero()),
        ];
        for policy in policies {
            let other = Waiting::new(other_class, waited);
            if class == other_class {
                continue;
            }
            let turn = policy.turning_point(class, other);
            prop_assert!(turn.is_some());
            for wait in [wait, far] {
                let order = policy.compare(Waiting::new(class, wait), other);
                match turn {
                    Some(turn) if wait > turn => prop_assert!(order.is_lt(), "{policy:?}"),
                    Some(turn) if wait < turn => prop_assert!(order.is_gt(), "{policy:?}"),
                    _ => {}
                }
            }
        }
    }
}
