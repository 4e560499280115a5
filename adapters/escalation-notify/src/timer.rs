#![expect(
    clippy::disallowed_methods,
    reason = "this is the clock that hosts pass in"
)]

use std::sync::LazyLock;
use std::time::Instant;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::Timer;

/// Time for a host on tokio: the machine's clock, and tokio's sleep.
///
/// ```no_run
/// use escalation_notify::TokioTimer;
/// # async fn serve(engine: escalation_core::Engine) {
/// engine.run(&TokioTimer, async { /* until the program is to end */ }).await;
/// # }
/// ```
///
/// A sleep lasts as long as was left when it began, whatever the clock is set to meanwhile.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::exhaustive_structs, reason = "there is nothing in it")]
pub struct TokioTimer;

/// The fixed moment from which time is counted: the first time that somebody asks.
static BEGINNING: LazyLock<Instant> = LazyLock::new(Instant::now);

#[async_trait]
impl Timer for TokioTimer {
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }

    fn elapsed(&self) -> TimeDelta {
        // No program runs for 292 million years.
        TimeDelta::from_std(BEGINNING.elapsed()).unwrap_or(TimeDelta::MAX)
    }

    async fn sleep_until(&self, instant: DateTime<Utc>) {
        // A time that has passed has no length.
        if let Ok(left) = (instant - self.now()).to_std() {
            tokio::time::sleep(left).await;
        }
    }
}
