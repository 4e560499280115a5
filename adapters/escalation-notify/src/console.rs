use std::fmt;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use escalation_core::{Cause, Delivery, Notifier, Outcome, Reason, Response, Template};

use crate::words::{Words, on_one_line};

/// Writes a line for each notification: for development, logs, and printers.
///
/// ```
/// use escalation_notify::Console;
///
/// let console = Console::new(std::io::stdout(), "{to}: {process} wants you".parse()?);
/// # let _ = console;
/// # Ok::<(), escalation_core::TemplateError>(())
/// ```
///
/// The line begins with the notification's key, so that a duplicate is seen to be one. A line that
/// cannot be written whole is tried again.
pub struct Console<W> {
    out: Mutex<W>,
    otherwise: Template,
}

impl<W: Write + Send> Console<W> {
    /// Writes to `out`: each message on one line, these words for notifications without one.
    pub const fn new(out: W, otherwise: Template) -> Self {
        Self {
            out: Mutex::new(out),
            otherwise,
        }
    }
}

impl<W> fmt::Debug for Console<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console").finish_non_exhaustive()
    }
}

#[async_trait]
impl<W: Write + Send> Notifier for Console<W> {
    async fn notify(&self, delivery: &Delivery) -> Outcome {
        let words = match Words::of(delivery, &self.otherwise) {
            Ok(words) => words.lines(),
            Err(reason) => return Outcome::Rejected(reason),
        };
        // A line break would let a request forge lines of its own.
        let words = on_one_line(&words);
        let line = format!("{} {} {words}\n", delivery.key(), delivery.channel());
        // A writer that panicked has at worst written a part of its line.
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        match out.write_all(line.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Outcome::Delivered(Response::None),
            Err(error) => Outcome::RetryAfter {
                at_least: None,
                reason: Reason::new(Cause::Other, error.to_string()),
            },
        }
    }
}
