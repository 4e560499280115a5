//! The first half of a step: may this event happen? Reads only, so that a refusal has no effect by
//! construction.

use super::Queue;
use crate::agent::{Agent, AgentState, Presence};
use crate::caller::Stage;
use crate::class::ClassId;
use crate::config::Unstaffed;
use crate::event::Event;
use crate::ids::{AgentId, CallId, PartyId, Token};
use crate::ladder::{Exit, Trigger};
use crate::refusal::{OfferStage, Refusal};
use crate::skill::Needs;
use crate::time::{Micros, micros, span};

/// An event that may happen, with the rows it is about.
pub(super) enum Admitted<'a> {
    Enqueue {
        call: CallId,
        class: ClassId,
        since: Micros,
        needs: Needs,
        party: Option<PartyId>,
    },
    HungUp {
        call: u32,
    },
    Left {
        call: u32,
        exit: Exit,
    },
    AddAgent(&'a Agent),
    SignIn(&'a Agent),
    Ready {
        agent: u32,
    },
    Break {
        agent: u32,
    },
    SignOut {
        agent: u32,
    },
    RemoveAgent {
        agent: u32,
    },
    Take {
        agent: u32,
        call: u32,
    },
    WrapUpDone {
        agent: u32,
    },
    Accept {
        offer: u32,
    },
    Reject {
        offer: u32,
    },
    TimeOut {
        offer: u32,
    },
    Bridged {
        offer: u32,
    },
    BridgeFailed {
        offer: u32,
    },
    Ended {
        offer: u32,
    },
    Transfer {
        offer: u32,
        class: ClassId,
        since: Micros,
    },
    Reclassify {
        call: u32,
        class: ClassId,
    },
    Climb {
        call: u32,
        rung: usize,
    },
    Tick,
    Restart,
    Repeat(Repeat),
}

/// The answer to an event that says what is so already.
#[derive(Clone, Copy)]
pub(super) enum Repeat {
    Nothing,
    Offer(u32),
    Connect(u32),
}

impl Admitted<'_> {
    pub(super) fn repeats(&self) -> Option<Repeat> {
        match self {
            Self::Repeat(again) => Some(*again),
            _ => None,
        }
    }
}

const NOTHING: Admitted<'static> = Admitted::Repeat(Repeat::Nothing);

impl Queue {
    pub(super) fn admit<'a>(&self, event: &'a Event, now: Micros) -> Result<Admitted<'a>, Refusal> {
        match *event {
            Event::Enqueue(caller) => {
                self.known_class(caller.class)?;
                if self.calls.contains(caller.call) {
                    return Err(Refusal::AlreadyInQueue { call: caller.call });
                }
                if self.calls.len() >= self.config.limit {
                    return Err(Refusal::QueueFull {
                        limit: self.config.limit,
                    });
                }
                if self.config.unstaffed != Unstaffed::Wait && self.staffing.staffed == 0 {
                    return Err(Refusal::Unstaffed);
                }
                let since = caller
                    .waiting_since
                    .map_or(now, |since| micros(since).min(now));
                Ok(Admitted::Enqueue {
                    call: caller.call,
                    class: caller.class,
                    since,
                    needs: caller.needs,
                    party: caller.party,
                })
            }
            Event::HungUp { call } => Ok(Admitted::HungUp {
                call: self.known_call(call)?,
            }),
            Event::Left { call, exit } => Ok(Admitted::Left {
                call: self.known_call(call)?,
                exit,
            }),
            Event::AgentAdded(ref agent) => Ok(match self.by_agent.get(&agent.id) {
                Some(&row) if self.agents[row as usize].profile == *agent => NOTHING,
                _ => Admitted::AddAgent(agent),
            }),
            Event::SignedIn(ref agent) => Ok(match self.by_agent.get(&agent.id) {
                Some(&row)
                    if self.agents[row as usize].presence != Presence::SignedOut
                        && self.agents[row as usize].profile == *agent =>
                {
                    NOTHING
                }
                _ => Admitted::SignIn(agent),
            }),
            Event::Ready { agent } => {
                let agent = self.signed_in(agent)?;
                let row = &self.agents[agent as usize];
                let is_so =
                    row.presence == Presence::Ready && row.wrap_up.is_none() && row.pause.is_none();
                Ok(if is_so {
                    NOTHING
                } else {
                    Admitted::Ready { agent }
                })
            }
            Event::Break { agent } => {
                let agent = self.signed_in(agent)?;
                let is_so = self.agents[agent as usize].presence == Presence::Break;
                Ok(if is_so {
                    NOTHING
                } else {
                    Admitted::Break { agent }
                })
            }
            Event::SignedOut { agent } => {
                let agent = self.known_agent(agent)?;
                let row = &self.agents[agent as usize];
                let is_so =
                    row.presence == Presence::SignedOut && row.ringing + row.connecting == 0;
                Ok(if is_so {
                    NOTHING
                } else {
                    Admitted::SignOut { agent }
                })
            }
            Event::AgentRemoved { agent: id } => {
                let agent = self.known_agent(id)?;
                if self.agents[agent as usize].talking > 0 {
                    return Err(Refusal::OnACall { agent: id });
                }
                Ok(Admitted::RemoveAgent { agent })
            }
            Event::NextCaller { agent } => {
                let id = agent;
                let agent = self.known_agent(id)?;
                let row = &self.agents[agent as usize];
                if let Some(offer) = self.ringing_offer_of(row) {
                    return Ok(Admitted::Repeat(Repeat::Offer(offer)));
                }
                self.signed_in(id)?;
                self.has_room(agent)?;
                Ok(if row.is_available() {
                    NOTHING
                } else {
                    Admitted::Ready { agent }
                })
            }
            Event::Take {
                agent: id,
                call: who,
            } => {
                let agent = self.signed_in(id)?;
                // Phones that ring, the agent's own and others', do not stand in the way.
                self.has_room_besides_ringing(agent)?;
                let call = self.known_call(who)?;
                let row = &self.calls[call];
                if matches!(row.stage, Stage::Connecting | Stage::Talking) {
                    return Err(Refusal::NotWaiting { call: who });
                }
                if !row
                    .needs
                    .are_met(&self.agents[agent as usize].profile.skills, row.relaxed)
                {
                    return Err(Refusal::LacksSkill {
                        agent: id,
                        call: who,
                    });
                }
                Ok(Admitted::Take { agent, call })
            }
            Event::WrapUpDone { agent } => {
                let row = self.known_agent(agent)?;
                if self.agents[row as usize].wrap_up.is_none() {
                    let state = self.agents[row as usize].state();
                    return Err(Refusal::NotInWrapUp { agent, state });
                }
                Ok(Admitted::WrapUpDone { agent: row })
            }
            Event::OfferAccepted { token } => {
                let offer = self.open_offer(token)?;
                match self.offers[offer].stage {
                    OfferStage::Ringing => Ok(Admitted::Accept { offer }),
                    OfferStage::Connecting => Ok(Admitted::Repeat(Repeat::Connect(offer))),
                    stage => Err(Refusal::WrongStage { token, stage }),
                }
            }
            Event::OfferRejected { token } => Ok(Admitted::Reject {
                offer: self.offer_in(token, OfferStage::Ringing)?,
            }),
            Event::OfferTimedOut { token } => Ok(Admitted::TimeOut {
                offer: self.offer_in(token, OfferStage::Ringing)?,
            }),
            Event::Bridged { token } => {
                let offer = self.open_offer(token)?;
                match self.offers[offer].stage {
                    OfferStage::Connecting => Ok(Admitted::Bridged { offer }),
                    OfferStage::Talking => Ok(NOTHING),
                    stage => Err(Refusal::WrongStage { token, stage }),
                }
            }
            Event::BridgeFailed { token } => Ok(Admitted::BridgeFailed {
                offer: self.offer_in(token, OfferStage::Connecting)?,
            }),
            Event::CallEnded { token } => Ok(Admitted::Ended {
                offer: self.offer_in(token, OfferStage::Talking)?,
            }),
            Event::Transfer {
                token,
                class,
                waiting_since,
            } => {
                self.known_class(class)?;
                let offer = self.offer_in(token, OfferStage::Talking)?;
                let since = waiting_since.map_or(now, |since| micros(since).min(now));
                Ok(Admitted::Transfer {
                    offer,
                    class,
                    since,
                })
            }
            Event::Reclassify { call, class } => {
                self.known_class(class)?;
                let call = self.waiting_call(call)?;
                Ok(if self.calls[call].class == class {
                    NOTHING
                } else {
                    Admitted::Reclassify { call, class }
                })
            }
            Event::OverflowDue { call } => {
                let row = self.known_call(call)?;
                match self.calls[row].stage {
                    Stage::Connecting | Stage::Talking => Err(Refusal::NotWaiting { call }),
                    // A later rung than the one for which they ring is not lost: say it again.
                    Stage::Everyone => Err(match self.due_from_outside(row, now) {
                        Some(_) => Refusal::NotWaiting { call },
                        None => Refusal::NothingDue { call },
                    }),
                    Stage::Waiting | Stage::Offered => self
                        .due_from_outside(row, now)
                        .map(|rung| Admitted::Climb { call: row, rung })
                        .ok_or(Refusal::NothingDue { call }),
                }
            }
            Event::Tick => Ok(match self.timers.next() {
                Some(at) if at <= now => Admitted::Tick,
                _ => NOTHING,
            }),
            Event::Restart => Ok(Admitted::Restart),
        }
    }

    /// The highest rung that waits for "overflow due", is not climbed and is due by now. The very
    /// first is climbed whenever it is said to be due: who fires it may keep another clock.
    fn due_from_outside(&self, call: u32, now: Micros) -> Option<usize> {
        let row = &self.calls[call];
        let waited = now.saturating_sub(row.since);
        let outside = || {
            let rungs = self.config.ladder.rungs().iter().enumerate();
            rungs.filter(|(_, rung)| rung.trigger == Trigger::OverflowDue)
        };
        let open = |&(index, _): &(usize, _)| row.climbed >> index & 1 == 0;
        let untouched = outside().all(|rung| open(&rung));
        outside()
            .rfind(|(_, rung)| span(rung.after) <= waited)
            .filter(open)
            .or_else(|| outside().next().filter(|_| untouched))
            .map(|(index, _)| index)
    }

    fn known_class(&self, class: ClassId) -> Result<(), Refusal> {
        let classes = self.lines.len();
        if class.index() < classes {
            Ok(())
        } else {
            Err(Refusal::UnknownClass { class, classes })
        }
    }

    fn known_call(&self, call: CallId) -> Result<u32, Refusal> {
        self.calls.find(call).ok_or(Refusal::UnknownCall { call })
    }

    fn waiting_call(&self, call: CallId) -> Result<u32, Refusal> {
        let row = self.known_call(call)?;
        if self.calls[row].stage == Stage::Waiting {
            Ok(row)
        } else {
            Err(Refusal::NotWaiting { call })
        }
    }

    fn known_agent(&self, agent: AgentId) -> Result<u32, Refusal> {
        self.by_agent
            .get(&agent)
            .copied()
            .ok_or(Refusal::UnknownAgent { agent })
    }

    fn signed_in(&self, agent: AgentId) -> Result<u32, Refusal> {
        let row = self.known_agent(agent)?;
        match self.agents[row as usize].presence {
            Presence::SignedOut => Err(Refusal::SignedOut { agent }),
            Presence::Break | Presence::Ready => Ok(row),
        }
    }

    fn has_room(&self, agent: u32) -> Result<(), Refusal> {
        let row = &self.agents[agent as usize];
        if row.is_full() {
            let state: AgentState = row.state();
            return Err(Refusal::AgentBusy {
                agent: row.profile.id,
                state,
            });
        }
        Ok(())
    }

    fn has_room_besides_ringing(&self, agent: u32) -> Result<(), Refusal> {
        let row = &self.agents[agent as usize];
        if row.connecting + row.talking >= u16::from(row.profile.capacity.get()) {
            return Err(Refusal::AgentBusy {
                agent: row.profile.id,
                state: row.state(),
            });
        }
        Ok(())
    }

    fn open_offer(&self, token: Token) -> Result<u32, Refusal> {
        if let Some(offer) = self.offers.find(token) {
            Ok(offer)
        } else if (1..=self.last_token).contains(&token.number()) {
            Err(Refusal::StaleToken { token })
        } else {
            Err(Refusal::UnknownToken {
                token,
                last: Token::new(self.last_token),
            })
        }
    }

    fn offer_in(&self, token: Token, stage: OfferStage) -> Result<u32, Refusal> {
        let offer = self.open_offer(token)?;
        let stands = self.offers[offer].stage;
        if stands == stage {
            Ok(offer)
        } else {
            Err(Refusal::WrongStage {
                token,
                stage: stands,
            })
        }
    }
}
