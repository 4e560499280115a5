//! The load test: many callers and agents at once, over real HTTP, and whether the program bears them.

mod books;
mod callers;
mod latency;
mod memory;
mod report;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::Clock;
use tokio::sync::oneshot;

pub use self::books::Fates;
use self::callers::{Agents, Callers};
use self::latency::Timed;
pub use self::report::LoadReport;
use crate::database::Database;
use crate::hours::round_the_clock;
use crate::server::serve;
use crate::speed::Speed;
use crate::stage::{Cast, Stage, Time, any_port};

/// Any error that keeps the load test from its end.
pub type LoadError = Box<dyn std::error::Error + Send + Sync>;

const BEGINS: &str = "2026-05-01T08:00:00Z";
/// So many requests are under way to the program at the same time.
const AT_ONCE: usize = 256;
/// How often the test looks at who is still on the line.
const STEP: Duration = Duration::from_millis(250);
/// The simulated Twilio knows a call for so long after its end.
const REMEMBERED: TimeDelta = TimeDelta::minutes(2);
/// Those who are on the line when time is up may wait and talk for so long, on the program's clock. More than anybody's
/// patience and talk together.
const LEFT_OVER: TimeDelta = TimeDelta::minutes(30);
/// When memory is looked at for the first time.
const WARM: Duration = Duration::from_secs(60);

/// How much is asked of the program.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "whoever asks must say all of it")]
pub struct Load {
    /// So many callers are on the line at any time: whenever one is gone, another rings.
    pub calls: usize,
    /// So many agents take calls.
    pub agents: usize,
    /// For so long, on the wall; then nobody rings any more, and those on the line are served.
    pub lasts: Duration,
    /// How fast the program's clock runs.
    pub speed: Speed,
    /// What chance is drawn from.
    pub seed: u64,
}

impl Load {
    /// Plays it, on this database and by this clock on the wall.
    ///
    /// # Errors
    /// What keeps the program or the simulator from starting, or ends one of them.
    pub async fn play(
        self,
        database: Database,
        wall: Arc<dyn Clock>,
    ) -> Result<LoadReport, LoadError> {
        let begins: DateTime<Utc> = BEGINS.parse()?;
        let listener = any_port().await?;
        let address = listener.local_addr()?;
        let time = Time {
            begins,
            speed: self.speed,
            wall,
        };
        let cast = Cast {
            agents: callers::agents(self.agents),
            ..Cast::default()
        };
        let timed = Arc::new(Timed::default());
        let how = (self.seed, AT_ONCE, Arc::clone(&timed) as _);
        let hours = round_the_clock()?;
        let mut stage = Stage::set(address, cast, time, hours, database, how, |_| {}).await?;
        let (end, ended) = oneshot::channel::<()>();
        let shutdown = async move { drop(ended.await) };
        let system = Arc::clone(&stage.system);
        let served = tokio::spawn(serve(system, stage.router.clone(), listener, shutdown));
        let mut report = self.ring_and_talk(&mut stage).await?;
        // Before the program ends, under the hands of agents who go on asking for callers.
        report.requests = timed.seen();
        // The receiver is there until the program has ended by itself, which shows below.
        let _ = end.send(());
        served.await??;
        Ok(report)
    }

    /// How many ring in one step: so many that all are on the line after a tenth of the time, or ten seconds.
    fn ring_at_once(self) -> usize {
        let steps = (self.lasts / 10).min(Duration::from_secs(10)).as_millis() / STEP.as_millis();
        self.calls
            .div_ceil(usize::try_from(steps).unwrap_or(usize::MAX).max(1))
    }

    async fn ring_and_talk(self, stage: &mut Stage) -> Result<LoadReport, LoadError> {
        let mut callers = Callers::new(self.calls, self.ring_at_once(), self.seed);
        let mut agents = Agents::new(self.agents);
        let mut report = LoadReport::new(self);
        #[expect(
            clippy::disallowed_methods,
            reason = "the test lasts so long in real time"
        )]
        let start = Instant::now();
        let step = TimeDelta::from_std(STEP.mul_f64(self.speed.factor()))?;
        let mut gives_up_at = None;
        loop {
            let until = stage.clock.now() + step;
            let lasted = start.elapsed();
            if lasted < self.lasts {
                callers.ring_until(until, &mut stage.simulator)?;
            } else if gives_up_at.is_none() {
                report.memory_at_end = memory::resident();
                report.lasted = lasted;
                gives_up_at = Some(until + LEFT_OVER);
            }
            if report.memory_warm.is_none() && lasted >= WARM {
                report.memory_warm = memory::resident();
            }
            agents.work_until(until, &mut stage.simulator)?;
            stage.simulator.run_until(until).await?;
            report.most_at_once = report.most_at_once.max(callers.look(&stage.simulator));
            for call in stage.simulator.forget_before(until - REMEMBERED) {
                callers.ended(&call);
            }
            if gives_up_at.is_some_and(|at| callers.is_over() || until > at) {
                break;
            }
        }
        report.fates = callers.fates();
        report.counted = stage.system.counted();
        Ok(report)
    }
}
