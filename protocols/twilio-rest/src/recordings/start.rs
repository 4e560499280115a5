use crate::CallbackMethod;
use crate::form::{Form, form};

form! {
    /// How a call that is going on is recorded; see [`Calls::record`](crate::Calls::record).
    #[derive(Default)]
    pub struct StartRecording {
        /// Where it is reported how far the recording is.
        status_callback(text) = "RecordingStatusCallback",
        /// How it is reported.
        status_callback_method(CallbackMethod) = "RecordingStatusCallbackMethod",
        /// What is reported: `in-progress`, `completed`, `absent`; `completed` by default.
        status_callback_events(texts) = "RecordingStatusCallbackEvent",
        /// `trim-silence` or `do-not-trim`, the default.
        trim(text) = "Trim",
        /// `mono`, the default, or `dual`: each side in a channel of its own.
        channels(text) = "RecordingChannels",
        /// `inbound`, `outbound` or `both`, the default.
        track(text) = "RecordingTrack",
    }
}

impl StartRecording {
    pub(crate) fn into_form(self) -> Form {
        self.form
    }
}
