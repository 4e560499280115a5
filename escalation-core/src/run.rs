//! Which run of a process is meant.

use crate::{Generation, ProcessId};

/// The process that a call is about: whichever runs under a name, or one run of it.
///
/// A name is free again when its process has ended, and may belong to another one the next moment.
/// Who has heard of one run, such as somebody who presses a key during a call, means that one:
///
/// ```
/// # use std::sync::Arc;
/// # use chrono::{DateTime, TimeDelta};
/// # use escalation_core::*;
/// # futures::executor::block_on(async {
/// # let engine = Engine::builder(Arc::new(MemoryStore::new()))
/// #     .notifier("phone", Arc::new(notifier_fn(|_: Delivery| async {
/// #         Outcome::Delivered(Response::None)
/// #     }))).build()?;
/// # let now = DateTime::UNIX_EPOCH;
/// # let order = ProcessId::new("order-7")?;
/// # let call = Notification::after(Channel::PHONE, TimeDelta::minutes(3)).to_phone_number("+1");
/// # let request = StartRequest::new(order.clone()).notify(call);
/// let Started::Created(heard_of) = engine.start(&request, now).await? else {
///     return Err("it runs already".into());
/// };
/// engine.stop(&order, now).await?;
/// engine.start(&request, now).await?;
/// let word = engine.acknowledge(Run::only(&order, heard_of), None, now).await?;
/// assert_eq!(word, Held::NotRunning);
/// # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'a> {
    process: &'a ProcessId,
    generation: Option<Generation>,
}

impl<'a> Run<'a> {
    /// Whichever runs under that name.
    #[must_use]
    pub const fn current(process: &'a ProcessId) -> Self {
        Self {
            process,
            generation: None,
        }
    }

    /// That run, and none after it.
    #[must_use]
    pub const fn only(process: &'a ProcessId, generation: Generation) -> Self {
        Self {
            process,
            generation: Some(generation),
        }
    }

    /// The name.
    #[must_use]
    pub const fn process(self) -> &'a ProcessId {
        self.process
    }

    /// The one run that is meant; `None` if it is whichever runs.
    #[must_use]
    pub const fn generation(self) -> Option<Generation> {
        self.generation
    }

    /// Whether what runs under the name is meant.
    #[must_use]
    pub fn is(self, running: Generation) -> bool {
        self.generation.is_none_or(|only| only == running)
    }
}

impl<'a> From<&'a ProcessId> for Run<'a> {
    fn from(process: &'a ProcessId) -> Self {
        Self::current(process)
    }
}
