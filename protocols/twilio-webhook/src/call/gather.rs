use crate::CallContext;
use crate::callback::callback;

callback! {
    /// `<Gather>` is over (its `action`): digits, speech, or neither if `actionOnEmptyResult` is
    /// set. Answer with TwiML, which takes over the call.
    ///
    /// Source: Twilio, "TwiML Voice: `<Gather>`".
    pub struct GatherResult about call: CallContext {
        /// The keys that were pressed, without the one that finished the input.
        pub digits: Option<String> = "Digits",
        /// What was said.
        pub speech: Option<String> = "SpeechResult",
        /// How sure the recogniser is, 0.0 to 1.0; not promised to be sent or to be right.
        pub confidence: Option<f64> = "Confidence",
        /// The key that finished the input. Undocumented.
        pub finished_on_key: Option<String> = "FinishedOnKey",
        /// The language that was recognised. Undocumented.
        pub language: Option<String> = "Language",
    }
}

callback! {
    /// Speech so far, while `<Gather>` is still listening (its `partialResultCallback`). The
    /// answer is ignored.
    ///
    /// Source: Twilio, "TwiML Voice: `<Gather>`".
    pub struct GatherPartialResult about call: CallContext {
        /// What was perhaps said; later results may contradict it.
        pub unstable_speech: String = "UnstableSpeechResult",
        /// What was said for certain. Undocumented.
        pub stable_speech: Option<String> = "StableSpeechResult",
        /// How likely the unstable part is to stay, 0.0 to 1.0. Undocumented.
        pub stability: Option<f64> = "Stability",
        /// The place of this result in the row, as they may arrive out of order. Undocumented.
        pub sequence_number: Option<u32> = "SequenceNumber",
    }
}
