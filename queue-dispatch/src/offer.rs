//! The reservation table: one row per offer, from making it to the end of the talk.

use crate::command::Why;
use crate::ids::Token;
use crate::refusal::OfferStage;
use crate::table::Row;
use crate::time::Micros;
use crate::timers::TimerId;

#[derive(Debug, Clone)]
pub(crate) struct OfferRow {
    pub(crate) token: Token,
    pub(crate) call: u32,
    pub(crate) agent: u32,
    pub(crate) stage: OfferStage,
    /// Made because everyone is rung: a miss is nobody's fault.
    pub(crate) everyone: bool,
    pub(crate) timer: Option<TimerId>,
    pub(crate) answer_by: Micros,
    pub(crate) talking_since: Micros,
    pub(crate) why: Why,
    pub(crate) next_of_call: u32,
    pub(crate) next_of_agent: u32,
}

impl Row for OfferRow {
    type Id = Token;

    fn id(&self) -> Token {
        self.token
    }
}
