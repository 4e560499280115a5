use crate::callback::from_params_traits;
use crate::open_enum::open_enum;
use crate::value::Field;
use crate::{AccountSid, Address, CallSid, ParamError, Params};

/// What Twilio says about the call in every request that fetches TwiML for it, and in the status
/// callbacks of calls.
///
/// Source: Twilio, "TwiML for Programmable Voice", section "Request parameters"; the twins
/// `Caller` and `Called` are from its examples.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallContext {
    /// The leg that the request is about (`CallSid`). In a [`QueueWhisper`](crate::QueueWhisper)
    /// that is the waiting caller's, not the agent's.
    pub sid: CallSid,
    /// The account that the call belongs to (`AccountSid`).
    pub account_sid: AccountSid,
    /// Who calls (`From`).
    pub from: Address,
    /// Who is called (`To`): on an inbound call, the number that was dialled.
    pub to: Address,
    /// How far the call is (`CallStatus`).
    pub status: CallStatus,
    /// Who started it (`Direction`).
    pub direction: Direction,
    /// The version of the API that runs the call (`ApiVersion`): `2010-04-01`.
    pub api_version: String,
    /// Who forwarded the call to us (`ForwardedFrom`), if the carrier says so.
    pub forwarded_from: Option<Address>,
    /// The caller's name from a look-up (`CallerName`), if the number has that switched on.
    pub caller_name: Option<String>,
    /// The leg that dialled this one (`ParentCallSid`); none on a first leg.
    pub parent_call_sid: Option<CallSid>,
    /// Allows a new call to show the forwarded caller's number (`CallToken`).
    pub call_token: Option<String>,
    /// The same as `from` (`Caller`), in its older name.
    pub caller: Option<Address>,
    /// The same as `to` (`Called`), in its older name.
    pub called: Option<Address>,
    /// Where the caller's number is from (`FromCity`, …), as well as Twilio knows.
    pub from_place: Place,
    /// Where the called number is from (`ToCity`, …), as well as Twilio knows.
    pub to_place: Place,
}

impl CallContext {
    /// The names of the parameters read here.
    pub const PARAMETERS: &'static [&'static str] = &[
        "CallSid",
        "AccountSid",
        "From",
        "To",
        "CallStatus",
        "Direction",
        "ApiVersion",
        "ForwardedFrom",
        "CallerName",
        "ParentCallSid",
        "CallToken",
        "Caller",
        "Called",
        "FromCity",
        "FromState",
        "FromZip",
        "FromCountry",
        "ToCity",
        "ToState",
        "ToZip",
        "ToCountry",
    ];

    /// Reads the standard parameters of a call.
    ///
    /// # Errors
    /// [`ParamError`] names the first parameter that is missing or malformed.
    pub fn from_params(params: &Params) -> Result<Self, ParamError> {
        Ok(Self {
            sid: Field::read(params, &["CallSid"])?,
            account_sid: Field::read(params, &["AccountSid"])?,
            from: Field::read(params, &["From"])?,
            to: Field::read(params, &["To"])?,
            status: Field::read(params, &["CallStatus"])?,
            direction: Field::read(params, &["Direction"])?,
            api_version: Field::read(params, &["ApiVersion"])?,
            forwarded_from: Field::read(params, &["ForwardedFrom"])?,
            caller_name: Field::read(params, &["CallerName"])?,
            parent_call_sid: Field::read(params, &["ParentCallSid"])?,
            call_token: Field::read(params, &["CallToken"])?,
            caller: Field::read(params, &["Caller"])?,
            called: Field::read(params, &["Called"])?,
            from_place: Field::read(params, &["FromCity", "FromState", "FromZip", "FromCountry"])?,
            to_place: Field::read(params, &["ToCity", "ToState", "ToZip", "ToCountry"])?,
        })
    }
}

from_params_traits!(CallContext);

/// Where a number is from. Best effort of Twilio: each part may be missing or wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Place {
    /// The city.
    pub city: Option<String>,
    /// The state or province.
    pub state: Option<String>,
    /// The postal code.
    pub zip: Option<String>,
    /// The country, as two letters.
    pub country: Option<String>,
}

/// Four names: of city, state, postal code and country.
impl Field for Place {
    fn read(params: &Params, names: &[&'static str]) -> Result<Self, ParamError> {
        let part = |index| names.get(index..=index).unwrap_or_default();
        Ok(Self {
            city: Field::read(params, part(0))?,
            state: Field::read(params, part(1))?,
            zip: Field::read(params, part(2))?,
            country: Field::read(params, part(3))?,
        })
    }
}

open_enum! {
    /// How far a call is.
    pub enum CallStatus {
        /// Waiting to be placed; only calls made through the REST API.
        Queued = "queued",
        /// Being placed. Occurs in callbacks, never in the REST API.
        Initiated = "initiated",
        /// Ringing; an inbound call that has not been answered yet.
        Ringing = "ringing",
        /// Answered and going on.
        InProgress = "in-progress",
        /// Was answered and has ended.
        Completed = "completed",
        /// The called party was busy.
        Busy = "busy",
        /// Could not be placed, most often because the number does not exist.
        Failed = "failed",
        /// Nobody answered.
        NoAnswer = "no-answer",
        /// Taken back before it was answered.
        Canceled = "canceled",
    }
}

impl CallStatus {
    /// Whether the call is over: no other status can follow.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Completed | Self::Busy | Self::Failed | Self::NoAnswer | Self::Canceled
        )
    }
}

open_enum! {
    /// Who started a call.
    pub enum Direction {
        /// Someone called us.
        Inbound = "inbound",
        /// We called someone, through the REST API.
        OutboundApi = "outbound-api",
        /// We called someone, through `<Dial>`.
        OutboundDial = "outbound-dial",
    }
}
