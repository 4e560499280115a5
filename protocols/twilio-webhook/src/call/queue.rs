use std::time::Duration;

use crate::callback::callback;
use crate::open_enum::open_enum;
use crate::{CallContext, CallSid, CallStatus, QueueSid};

callback! {
    /// The caller has left the queue (the `action` of `<Enqueue>`). Answer with TwiML, which takes
    /// over the caller's call.
    ///
    /// Comes at once after `<Leave>` or a REST dequeue, but only after the talk for a caller who
    /// was joined to someone. After [`QueueResult::Hangup`] it is a notice only.
    ///
    /// Source: Twilio, "TwiML Voice: `<Enqueue>`".
    pub struct EnqueueResult about call: CallContext {
        /// How the caller left.
        pub result: QueueResult = "QueueResult",
        /// The queue; none if the call never entered it.
        pub queue_sid: Option<QueueSid> = "QueueSid",
        /// How long the caller waited; none if the call never entered the queue.
        pub queue_time: Option<Duration> = "QueueTime",
    }
}

open_enum! {
    /// How a caller left a queue.
    pub enum QueueResult {
        /// Taken by someone, joined and talked.
        Bridged = "bridged",
        /// Joining has been ordered and is not finished.
        BridgingInProcess = "bridging-in-process",
        /// The TwiML of `<Enqueue>` or of its `waitUrl` is faulty.
        Error = "error",
        /// The caller hung up while waiting.
        Hangup = "hangup",
        /// A `<Leave>` ran.
        Leave = "leave",
        /// Taken out while waiting, mostly by the REST API.
        Redirected = "redirected",
        /// Was joined, then transferred away.
        RedirectedFromBridged = "redirected-from-bridged",
        /// Refused: the queue was full.
        QueueFull = "queue-full",
        /// A fault at Twilio; also seen when the caller hangs up before having entered.
        SystemError = "system-error",
    }
}

callback! {
    /// What shall the waiting caller hear (the `waitUrl` of `<Enqueue>`)? Asked on entry and again
    /// each time the answer has been played. Answer with TwiML of `<Play>`, `<Say>`, `<Pause>`,
    /// `<Gather>`, `<Redirect>`, `<Leave>` or `<Hangup>`, or with audio.
    ///
    /// An answer that takes no time is asked for again at once: end it with a `<Pause>`.
    ///
    /// Source: Twilio, "TwiML Voice: `<Enqueue>`".
    pub struct QueueWait about call: CallContext {
        /// The caller's place, 1 being next. True at the moment of the request only.
        pub position: u32 = "QueuePosition",
        /// The queue.
        pub queue_sid: QueueSid = "QueueSid",
        /// How long this caller has waited.
        pub queue_time: Duration = "QueueTime",
        /// How long those who wait have waited on average. Not an estimate of the time to come.
        pub average_queue_time: Duration = "AvgQueueTime",
        /// How many wait, this caller included.
        pub current_size: u32 = "CurrentQueueSize",
        /// How many may wait.
        pub max_size: u32 = "MaxQueueSize",
    }
}

callback! {
    /// What shall the waiting caller hear before being joined (the `url` of `<Queue>`)? Answer with
    /// TwiML of `<Play>`, `<Say>`, `<Pause>` or `<Redirect>`; an empty one joins at once.
    ///
    /// The field `call` is the waiting caller's leg, not the agent's.
    ///
    /// Source: Twilio, "TwiML Voice: `<Queue>`".
    pub struct QueueWhisper about call: CallContext {
        /// The queue.
        pub queue_sid: QueueSid = "QueueSid",
        /// How long the caller waited.
        pub queue_time: Duration = "QueueTime",
        /// The agent's leg. Twilio really spells it so; the right spelling is read as well.
        pub dequeuing_call_sid: CallSid = "DequeingCallSid" or "DequeueingCallSid",
    }
}

callback! {
    /// The attempt to take a caller out of a queue is over (the `action` of a `<Dial>` with
    /// `<Queue>`): nobody came in time, there is no such queue, or the talk has ended. Answer with
    /// TwiML, which takes over the agent's call.
    ///
    /// Twilio's pages no longer list these parameters, so only the call itself is certain. When
    /// the agent has hung up, the call's status is final and the answer is discarded: hand out no
    /// caller then.
    ///
    /// Sources: Twilio, "TwiML Voice: `<Dial>`"; the parameters are from production code that
    /// reads them.
    pub struct DialQueueResult about call: CallContext {
        /// What came of it.
        pub result: Option<DequeueResult> = "DequeueResult",
        /// The queue that was tried; probably missing if there is none.
        pub queue_sid: Option<QueueSid> = "QueueSid",
        /// The caller who was taken out.
        pub dequeued_call_sid: Option<CallSid> = "DequeuedCallSid",
        /// How long that caller had waited.
        pub dequeued_call_queue_time: Option<Duration> = "DequeuedCallQueueTime",
        /// How long the two talked.
        pub dequeued_call_duration: Option<Duration> = "DequeuedCallDuration",
        /// The status of the attempt as a dialled call.
        pub dial_status: Option<CallStatus> = "DialCallStatus",
    }
}

open_enum! {
    /// What came of taking a caller out of a queue.
    pub enum DequeueResult {
        /// A caller was taken and joined.
        Bridged = "bridged",
        /// Nobody was waiting until the time was up.
        QueueEmpty = "queue-empty",
        /// There is no such queue.
        QueueNotFound = "queue-not-found",
        /// Joined, then transferred away. By analogy with [`QueueResult`], unconfirmed.
        RedirectedFromBridged = "redirected-from-bridged",
        /// Hung up before joining. By analogy with [`QueueResult`], unconfirmed.
        Hangup = "hangup",
        /// The TwiML is faulty. By analogy with [`QueueResult`], unconfirmed.
        Error = "error",
        /// A fault at Twilio. By analogy with [`QueueResult`], unconfirmed.
        SystemError = "system-error",
    }
}
