//! What can go wrong with a simulator itself, as against the calls in it.

use twilio_webhook::CallSid;

use crate::host_task::BoxError;

/// A simulator that cannot be set up, or a run that cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An account SID is `AC` and 32 hexadecimal digits.
    #[error("{0:?} is no account SID: it must be AC and 32 hexadecimal digits")]
    AccountSid(String),
    /// A URL that cannot be requested.
    #[error("{url:?} is no absolute http or https URL: {reason}")]
    Url {
        /// As given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The REST interface cannot listen.
    #[error("the REST interface cannot listen on the loopback interface")]
    Listen(#[source] std::io::Error),
    /// A caller rings a number that the account does not have.
    #[error(
        "{caller} rings {number}, which is no number of the account: name it with Simulator::number"
    )]
    UnknownNumber {
        /// Who rings.
        caller: String,
        /// What they dial.
        number: String,
    },
    /// A call in the past.
    #[error("{at} is in the past: it is {now} already")]
    Past {
        /// When it was to happen.
        at: chrono::DateTime<chrono::Utc>,
        /// The virtual time.
        now: chrono::DateTime<chrono::Utc>,
    },
    /// A host whose answers are not the same the second time cannot be gone back to.
    #[error("the way to the branch is not the same as before")]
    OtherWay(#[source] crate::story::OtherStory),
    /// Time that stands still or runs backwards.
    #[error("time cannot pass {0} times as fast as real time: the speed must be above zero")]
    Speed(f64),
    /// A document asks for something that the simulator cannot do yet.
    #[error("{what} is not simulated yet (call {call})")]
    NotSimulated {
        /// The verb, noun or attribute.
        what: String,
        /// The call whose document asks for it.
        call: CallSid,
    },
    /// A task of the host failed.
    #[error("the host's task {task:?} failed")]
    HostTask {
        /// Its name.
        task: String,
        /// Its error.
        #[source]
        source: BoxError,
    },
    /// The tasks of the host never agree that nothing is left to do at an instant.
    #[error("the host's tasks do not come to rest at {at}: {task:?} keeps asking to be run again")]
    RestlessTask {
        /// The task that was last to want another turn.
        task: String,
        /// The virtual time.
        at: chrono::DateTime<chrono::Utc>,
    },
}
