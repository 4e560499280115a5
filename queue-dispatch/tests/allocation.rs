//! In the steady state no event allocates: counted, not timed.

use std::alloc::System;

use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::*;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// A call centre that goes round and round: 1,000 waiting, 20 agents, premium and regular, with
/// hang-ups from the middle, rejections, failed bridges, positions and statistics.
struct Round {
    queue: Queue,
    out: Commands,
    now: DateTime<Utc>,
    next_call: u128,
    lot: u64,
}

impl Round {
    fn new() -> Self {
        let config = Config::builder(["premium", "regular"])
            .wrap_up(TimeDelta::milliseconds(50))
            .after_miss(Pause::For(TimeDelta::milliseconds(200)))
            .after_reject(Pause::For(TimeDelta::milliseconds(100)))
            .after_failure(Pause::For(TimeDelta::milliseconds(100)))
            .build();
        let queue = Queue::new(config.unwrap_or_default());
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap_or_default();
        let mut round = Self {
            queue,
            out: Commands::new(),
            now,
            next_call: 0,
            lot: 1,
        };
        for _ in 0..1_000 {
            round.enqueue();
        }
        for agent in 0..20 {
            round.step(&Event::SignedIn(Agent::new(AgentId::new(agent))));
            round.step(&Event::Ready {
                agent: AgentId::new(agent),
            });
        }
        round
    }

    fn draw(&mut self, below: u64) -> u64 {
        self.lot = self
            .lot
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.lot >> 33) % below
    }

    fn step(&mut self, event: &Event) {
        self.out.clear();
        let _ = self.queue.step(event, self.now, &mut self.out);
    }

    fn enqueue(&mut self) {
        self.next_call += 1;
        // Numbers spread as SIDs do.
        let call = CallId::new(
            self.next_call
                .wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835),
        );
        let class = if self.draw(5) == 0 {
            ClassId::PREMIUM
        } else {
            ClassId::REGULAR
        };
        self.step(&Event::enqueue(call, class));
    }

    /// Every agent's affairs go one step further, and whoever left is replaced.
    fn turn(&mut self) {
        self.now += TimeDelta::milliseconds(10);
        self.step(&Event::Tick);
        for agent in 0..20 {
            let agent = AgentId::new(agent);
            let Some(offer) = self.queue.offer_for(agent) else {
                continue;
            };
            let token = offer.token;
            match self.draw(10) {
                0 => self.step(&Event::OfferRejected { token }),
                1 => self.step(&Event::OfferTimedOut { token }),
                2 => {
                    self.step(&Event::OfferAccepted { token });
                    self.step(&Event::BridgeFailed { token });
                }
                3 => self.step(&Event::HungUp { call: offer.call }),
                _ => {
                    self.step(&Event::OfferAccepted { token });
                    self.step(&Event::Bridged { token });
                    self.step(&Event::CallEnded { token });
                }
            }
        }
        let middle = self.draw(500) as usize;
        let victim = self.queue.line(ClassId::REGULAR).nth(middle);
        if let Some(call) = victim {
            assert!(self.queue.position(call, self.now).is_some());
            assert!(self.queue.wait_estimate(call, self.now).is_some());
            self.step(&Event::HungUp { call });
        }
        assert!(self.queue.stats().joined > 0 && self.queue.longest_wait(self.now).is_some());
        while self.queue.calls() < 1_000 {
            self.enqueue();
        }
    }
}

#[test]
fn the_steady_state_allocates_nothing() {
    let mut round = Round::new();
    for _ in 0..3_000 {
        round.turn();
    }
    let before = (round.queue.version(), round.queue.stats().answered);
    let region = Region::new(ALLOCATOR);
    for _ in 0..10_000 {
        round.turn();
    }
    let change = region.change();
    let events = round.queue.version() - before.0;
    println!(
        "{events} events, {} answered: {change:?}",
        round.queue.stats().answered - before.1
    );
    assert!(events > 10_000, "only {events} events");
    assert_eq!((change.allocations, change.reallocations), (0, 0));
}
