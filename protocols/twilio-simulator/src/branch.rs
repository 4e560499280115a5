//! Going back to an instant, and on from there in another way.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::simulator::Simulator;

/// An instant of a scenario, from which it can go on in several ways.
///
/// The state of a real host cannot be copied. What can be had again is the way to it: a branch is a
/// new simulator with a new host, which has lived through the same until that instant. As the same
/// scenario with the same seed gives the same story, the way there costs microseconds and says
/// nothing new; if it does say something else, because the host's answers depend on something of
/// its own, that is an error and not a wrong branch.
///
/// ```
/// # use std::sync::Arc;
/// # use chrono::TimeDelta;
/// # use twilio_simulator::{Caller, Document, Documents, Error, NumberConfig, Script, Simulator};
/// use twilio_simulator::Branching;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// // A host and a caller who has been asked to press something.
/// let stage = || async {
///     # let voice = r#"<Response><Gather action="/menu"><Say>Press a key</Say></Gather><Say>Goodbye</Say></Response>"#;
///     # let host = Documents::new().with(Document::new("http://pbx.test/voice", voice))
///     #     .with(Document::new("http://pbx.test/menu", "<Response><Say>Thank you</Say></Response>"));
///     let mut sim = Simulator::builder("AC0123456789abcdef0123456789abcdef", "auth token")
///         # .transport(Arc::new(host))
///         .build().await?;
///     sim.number("+442079460000", NumberConfig::new("http://pbx.test/voice"))?;
///     sim.call_at(sim.now(), Caller::from("+447700900001").to("+442079460000"))?;
///     Ok(sim)
/// };
/// let start = stage().await?.now();
/// let asked = Branching::at(start + TimeDelta::seconds(3), stage);
///
/// let mut silent = asked.branch().await?;
/// silent.run_until_idle().await?;
/// assert!(silent.calls()[0].heard_text("Goodbye"));
///
/// let mut pressing = asked.branch().await?;
/// let call = pressing.calls()[0].sid;
/// pressing.goes_on(&call, Script::new().presses("1#"));
/// pressing.run_until_idle().await?;
/// assert!(pressing.calls()[0].heard_text("Thank you"));
/// # Ok(())
/// # }
/// ```
pub struct Branching<F> {
    instant: DateTime<Utc>,
    stage: F,
    /// The story of the first branch.
    story: Mutex<Option<String>>,
}

impl<F, Staged> Branching<F>
where
    F: Fn() -> Staged,
    Staged: Future<Output = Result<Simulator, Error>>,
{
    /// Branches of the scenario that this sets up, with a new host each time, at this instant.
    #[must_use]
    pub fn at(instant: DateTime<Utc>, stage: F) -> Self {
        Self {
            instant,
            stage,
            story: Mutex::new(None),
        }
    }

    /// A simulator that has come to the instant.
    ///
    /// # Errors
    /// Whatever the stage or the run returns, and [`Error::OtherWay`] if the story until then is
    /// not that of the branches before.
    pub async fn branch(&self) -> Result<Simulator, Error> {
        let mut sim = (self.stage)().await?;
        sim.run_until(self.instant).await?;
        let transcript = sim.transcript();
        let mut story = self.story.lock().unwrap_or_else(PoisonError::into_inner);
        match &*story {
            Some(first) => transcript.compare(first).map_err(Error::OtherWay)?,
            none => debug_assert!(none.is_none()),
        }
        story.get_or_insert_with(|| transcript.to_string());
        drop(story);
        Ok(sim)
    }
}

impl<F> fmt::Debug for Branching<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Branching")
            .field("instant", &self.instant)
            .finish_non_exhaustive()
    }
}
