use crate::callback::callback;
use crate::open_enum::open_enum;
use crate::{AccountSid, CallSid};

callback! {
    /// It is known who answered (`AsyncAmdStatusCallback` of a call placed by REST). The answer is
    /// ignored.
    ///
    /// Source: Twilio, "Answering Machine Detection".
    pub struct AnsweredByCallback {
        /// The account.
        pub account_sid: AccountSid = "AccountSid",
        /// The call.
        pub call_sid: CallSid = "CallSid",
        /// Who answered.
        pub answered_by: AnsweredBy = "AnsweredBy",
    }
}

open_enum! {
    /// Who answered a call.
    pub enum AnsweredBy {
        /// A person.
        Human = "human",
        /// A machine, its greeting going on.
        MachineStart = "machine_start",
        /// A machine, after its beep.
        MachineEndBeep = "machine_end_beep",
        /// A machine, after its greeting and a silence.
        MachineEndSilence = "machine_end_silence",
        /// A machine, after its greeting.
        MachineEndOther = "machine_end_other",
        /// A fax machine.
        Fax = "fax",
        /// It could not be told in time.
        Unknown = "unknown",
    }
}
