//! The source in memory keeps every promise of its contract, and each case can fail.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use escalation_core::conformance::{SOURCE_CASES, SourceUnderTest};
use escalation_core::{MemorySource, Received, RequestId, RequestSource, SourceError};
use futures::executor::block_on;

/// One promise that is not kept.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fault {
    None,
    MakesRequestsUp,
    ComesInReverse,
    NeverConfirms,
    ForgetsWhatItGave,
}

#[derive(Debug)]
struct Source {
    fault: Fault,
    inner: MemorySource,
    sent: AtomicUsize,
}

impl Source {
    fn new(fault: Fault) -> Self {
        Self {
            fault,
            inner: MemorySource::new(),
            sent: AtomicUsize::new(0),
        }
    }
}

#[async_trait]
impl RequestSource for Source {
    async fn receive(&self) -> Result<Vec<Received>, SourceError> {
        let mut received = self.inner.receive().await?;
        match self.fault {
            Fault::MakesRequestsUp => {
                received.push(Received::new(RequestId::new("made up").unwrap(), ""));
            }
            Fault::ComesInReverse => received.reverse(),
            Fault::ForgetsWhatItGave => {
                for request in &received {
                    self.inner.confirm(&request.id).await?;
                }
            }
            Fault::None | Fault::NeverConfirms => {}
        }
        Ok(received)
    }

    async fn confirm(&self, request: &RequestId) -> Result<(), SourceError> {
        if self.fault == Fault::NeverConfirms {
            return Ok(());
        }
        self.inner.confirm(request).await
    }
}

#[async_trait]
impl SourceUnderTest for Source {
    fn source(&self) -> &dyn RequestSource {
        self
    }

    async fn send(&self, body: &str) {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        let id = RequestId::new(format!("m{number}")).unwrap();
        self.inner.send(Received::new(id, body));
    }

    /// It gives out everything again until it is confirmed, worker or not.
    async fn lose_the_worker(&self) {}
}

#[test]
fn the_source_in_memory_keeps_every_promise() {
    for case in SOURCE_CASES {
        block_on((case.check)(&Source::new(Fault::None)));
    }
}

#[test]
fn each_case_fails_on_a_source_that_breaks_its_promise() {
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let passed: Vec<_> = SOURCE_CASES
        .iter()
        .map(|case| {
            let fault = match case.name {
                "an_empty_source_answers_at_once" => Fault::MakesRequestsUp,
                "requests_come_in_the_order_sent" => Fault::ComesInReverse,
                "a_confirmed_request_does_not_come_again" => Fault::NeverConfirms,
                "an_unconfirmed_request_comes_again_under_its_name" => Fault::ForgetsWhatItGave,
                _ => Fault::None,
            };
            (case, fault)
        })
        .filter(|(case, fault)| {
            let broken = Source::new(*fault);
            catch_unwind(AssertUnwindSafe(|| block_on((case.check)(&broken)))).is_ok()
        })
        .collect();
    std::panic::set_hook(loud);
    assert!(passed.is_empty(), "these cases miss the fault: {passed:?}");
}
