//! Who is calling, and who they are to us.

use twilio_webhook::{Address, CallContext, Direction, Params, PhoneNumber};

use super::call_id;
use crate::records::Customer;
use crate::system::PhoneSystem;

/// The longest name that is spoken, in characters.
const SPOKEN: usize = 60;

/// The customer's end of a call: they ring us, or we call them back.
pub(crate) fn customer(call: &CallContext) -> &Address {
    match call.direction {
        Direction::OutboundApi | Direction::OutboundDial => &call.to,
        _ => &call.from,
    }
}

/// Our end of a call.
pub(crate) fn other_end(call: &CallContext) -> &Address {
    match call.direction {
        Direction::OutboundApi | Direction::OutboundDial => &call.from,
        _ => &call.to,
    }
}

/// Whether a number that is shown is the caller's. Networks with STIR/SHAKEN check that, and Twilio tells with the first
/// request of a call; most countries' networks say nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// The check has failed: nobody is to be taken for whom the number belongs to.
    Forged,
    /// The check has not failed, if there was one.
    AsFarAsWeKnow,
}

impl Shown {
    /// What Twilio says beside the parameters that every request has.
    pub(crate) fn by(extra: &Params) -> Self {
        match extra.get("StirVerstat") {
            Some(verdict) if verdict.contains("Failed") => Self::Forged,
            _ => Self::AsFarAsWeKnow,
        }
    }
}

/// The number under which the customer can be reached; none for one who withholds it, or shows one that is not theirs.
pub(crate) fn reachable<'c>(
    system: &PhoneSystem,
    call: &'c CallContext,
) -> Option<&'c PhoneNumber> {
    customer(call).phone().filter(|_| !is_forged(system, call))
}

fn is_forged(system: &PhoneSystem, call: &CallContext) -> bool {
    let known = call_id(call)
        .ok()
        .and_then(|id| system.floor.callers.get(id));
    known.is_some_and(|known| known.forged)
}

/// How the timeline calls someone.
pub(crate) fn who(system: &PhoneSystem, call: &CallContext) -> String {
    name_for(system, call).unwrap_or_else(|| customer(call).to_string())
}

/// The name under which a call is written down, if there is one.
pub(crate) fn name_for(system: &PhoneSystem, call: &CallContext) -> Option<String> {
    if is_forged(system, call) {
        return None;
    }
    let journal = &system.floor.journal;
    let named = journal.name_of(&customer(call).to_string());
    named.map(str::to_owned).or_else(|| name_of(system, call))
}

/// The customer's name, if they are in the table of customers.
pub(crate) fn name_of(system: &PhoneSystem, call: &CallContext) -> Option<String> {
    let name = known(system, call)?.name;
    let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = name
        .chars()
        .filter(|c| !c.is_control())
        .take(SPOKEN)
        .collect();
    (!name.is_empty()).then_some(name)
}

fn known(system: &PhoneSystem, call: &CallContext) -> Option<Customer> {
    system.records().get(reachable(system, call)?.as_str())
}

pub(crate) fn is_premium_line(system: &PhoneSystem, call: &CallContext) -> bool {
    system.settings().premium_line.is_some()
        && other_end(call).phone() == system.settings().premium_line.as_ref()
}

/// Why the caller is premium; `None` for a regular one.
pub(crate) fn premium(system: &PhoneSystem, call: &CallContext) -> Option<&'static str> {
    if is_premium_line(system, call) {
        return Some("premium: dialled the premium line");
    }
    let listed = reachable(system, call)
        .is_some_and(|number| system.settings().premium_callers.contains(number));
    let known = || known(system, call).is_some_and(|customer| customer.class == "premium");
    (listed || known()).then_some("premium: a premium customer's number")
}
