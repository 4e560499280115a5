//! What belongs to the host may panic; it must not take the deliveries of others with it.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// The future's answer, or the other one if it panics.
///
/// The host's own state is the host's affair: nothing of ours is shared with the future but what it
/// is given to read.
pub(super) async fn unless_it_panics<T>(
    future: impl Future<Output = T>,
    otherwise: impl FnOnce() -> T,
) -> T {
    let mut future = pin!(future);
    let answer =
        poll_fn(
            |context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
                Ok(poll) => poll.map(Some),
                Err(_) => Poll::Ready(None),
            },
        );
    answer.await.unwrap_or_else(otherwise)
}
