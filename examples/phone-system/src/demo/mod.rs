//! The demo: a simulated Twilio plays a lively day against the real program, over real HTTP, for as long as somebody looks
//! on.

mod cast;
mod clock;
mod colleagues;
mod console_agent;
mod control;
mod day;
mod dial_in_agent;
mod known;
mod world;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::Clock;
use queue_dispatch::AgentId;
use tokio::net::TcpListener;
use twilio_simulator::HttpTransport;

use self::cast::{COLLEAGUES, CUSTOMERS, ON_CALL};
pub(crate) use self::clock::DemoClock;
use self::colleagues::Colleagues;
use self::control::Control;
use self::day::Day;
use self::world::{Life, Lively, World};
use crate::database::Database;
use crate::hours::load as load_hours;
use crate::on_call::OnCallPerson;
use crate::records::Role;
use crate::server::serve;
use crate::speed::Speed;
use crate::stage::{Cast, Stage, Time};
use crate::system::PhoneSystem;

/// Friday, 1 May 2026, 08:57 in London: the line opens in three minutes.
const BEGINS: &str = "2026-05-01T07:57:00Z";

/// Friday, 1 May 2026, 10:00 in London: where everything is under control.
const QUIET: &str = "2026-05-01T09:00:00Z";
/// The account of whoever looks on. Everybody may know it: it opens nothing but a simulated world.
const VISITOR: &str = "ann";
const PASSWORD: &str = "demo-line";
/// A second one where everything is under control: an agent.
const COLLEAGUE: &str = "ben";

/// So many requests are under way to the program at the same time.
const AT_ONCE: usize = 16;

/// Any error of the demo.
pub type DemoError = Box<dyn std::error::Error + Send + Sync>;

/// The phone system with a simulated Twilio beside it, in one process.
pub struct Demo {
    system: Arc<PhoneSystem>,
    router: Router,
    listener: TcpListener,
    world: World,
    control: Option<(TcpListener, Router)>,
}

/// How long, on the wall, an offer stands on the visitor's console.
const READ_WITHIN: Duration = Duration::from_secs(20);
/// How long it stands there by the demo's clock, at most.
const OFFERED_AT_MOST: TimeDelta = TimeDelta::minutes(2);

impl Demo {
    /// Sets the stage: the program will listen here, at this speed; `seed` is what chance is drawn from, `wall` the clock on
    /// the wall. With a listener for the `control`, nothing happens but what is asked for there.
    ///
    /// # Errors
    /// Whatever keeps the simulator or the phone system from starting.
    pub async fn open(
        listener: TcpListener,
        speed: Speed,
        seed: u64,
        wall: Arc<dyn Clock>,
        control: Option<TcpListener>,
    ) -> Result<Self, DemoError> {
        let begins: DateTime<Utc> = if control.is_some() { QUIET } else { BEGINS }.parse()?;
        let address = listener.local_addr()?;
        let cast = Cast {
            agents: COLLEAGUES
                .map(|one| (one.name.into(), one.phone.into()))
                .into(),
            known: CUSTOMERS
                .map(|one| (one.number.into(), one.name.into()))
                .into(),
            premium: CUSTOMERS
                .iter()
                .filter(|one| one.premium)
                .map(|one| one.number.into())
                .collect(),
            directory: Some(Arc::new(known::directory())),
        };
        let on_call: Vec<OnCallPerson> = ON_CALL
            .iter()
            .map(|one| {
                Ok(OnCallPerson {
                    name: one.name.into(),
                    phone: Some(one.phone.parse()?),
                    email: None,
                })
            })
            .collect::<Result<_, DemoError>>()?;
        let time = Time {
            begins,
            speed,
            wall,
        };
        let how = (seed, AT_ONCE, Arc::new(HttpTransport::new()) as _);
        let database = Database::in_memory()?;
        // Long enough to be read and pressed, short enough that a caller whom nobody wants is rung for everywhere in time.
        let offered_for =
            TimeDelta::from_std(READ_WITHIN.mul_f64(speed.factor()))?.min(OFFERED_AT_MOST);
        let mut stage = Stage::set(
            address,
            cast,
            time,
            load_hours(None)?,
            database,
            how,
            |settings| {
                settings.sign_in_hint = Some(format!(
                    "Sign in as {VISITOR}, with the password {PASSWORD}."
                ));
                // The visitor reads by their own clock, however fast the demo's runs.
                settings.service.answer_within = offered_for;
                settings.service.ratings = true;
                settings.service.on_call.people = on_call;
            },
        )
        .await?;
        let (visitor, colleague) = (Some(AgentId::new(1)), Some(AgentId::new(2)));
        let system = &stage.system;
        system
            .add_account(VISITOR, PASSWORD, Role::Supervisor, visitor)
            .await?;
        let (life, control) = if control.is_some() {
            // The visitor's only colleague is somebody else who looks on.
            system
                .add_account(COLLEAGUE, PASSWORD, Role::Agent, colleague)
                .await?;
            let (life, router) = Control::new();
            Control::have_phones(&mut stage.simulator);
            (Life::Controlled(life), control.zip(Some(router)))
        } else {
            Colleagues::have_phones(&mut stage.simulator);
            Day::have_phones(&mut stage.simulator);
            (Life::Lively(Lively::new(seed, begins)), None)
        };
        for customer in CUSTOMERS {
            system
                .records()
                .put(customer.number, &customer.record())
                .await?;
        }
        Ok(Self {
            router: stage.router,
            system: Arc::clone(&stage.system),
            listener,
            world: World {
                simulator: stage.simulator,
                clock: stage.clock,
                system: stage.system,
                life,
            },
            control,
        })
    }

    /// Name and password of the visitor, who is both a supervisor and an agent.
    #[must_use]
    pub fn account(&self) -> (&'static str, &'static str) {
        (VISITOR, PASSWORD)
    }

    /// Where the program listens.
    ///
    /// # Errors
    /// When the system does not know.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Plays, until `shutdown`.
    ///
    /// # Errors
    /// When the listener fails, or the simulator is asked for what it cannot do.
    pub async fn play(
        self,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), DemoError> {
        let system = Arc::clone(&self.system);
        let served = serve(system, self.router, self.listener, shutdown);
        let mut world = self.world;
        let lived = async {
            loop {
                world.step().await?;
            }
        };
        let controlled = async {
            match self.control {
                Some((listener, router)) => axum::serve(listener, router).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            served = served => Ok(served?),
            died = lived => died,
            stopped = controlled => Ok(stopped?),
        }
    }
}

impl fmt::Debug for Demo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Demo")
            .field("world", &self.world)
            .finish_non_exhaustive()
    }
}
