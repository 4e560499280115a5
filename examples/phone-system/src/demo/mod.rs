//! The demo: a simulated Twilio plays a lively day against the real program, over real HTTP, for as long as somebody looks
//! on.

mod cast;
mod clock;
mod colleagues;
mod day;
mod world;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::Clock;
use queue_dispatch::AgentId;
use tokio::net::TcpListener;
use twilio_rest::{Client, Credentials};
use twilio_simulator::{Evidence, NumberConfig, Simulator};

use self::cast::{COLLEAGUES, CUSTOMERS};
use self::clock::DemoClock;
use self::colleagues::Colleagues;
use self::world::World;
use crate::database::{Database, DatabaseUrl};
use crate::hours::load as load_hours;
use crate::journal::Journal;
use crate::server::{app, serve};
use crate::service::Service;
use crate::settings::{Rep, Secret, Settings};
use crate::speed::Speed;
use crate::system::{Outside, PhoneSystem};
use crate::town::{ACCOUNT, LINE, PREMIUM_LINE, REP_LINE, TOKEN};

/// Friday, 1 May 2026, 08:59 in London: a minute before the line opens.
const BEGINS: &str = "2026-05-01T07:59:00Z";

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
}

impl Demo {
    /// Sets the stage: the program will listen here, at this speed; `seed` is what chance is drawn from, `wall` the clock on
    /// the wall.
    ///
    /// # Errors
    /// Whatever keeps the simulator or the phone system from starting.
    pub async fn open(
        listener: TcpListener,
        speed: Speed,
        seed: u64,
        wall: Arc<dyn Clock>,
    ) -> Result<Self, DemoError> {
        let begins: DateTime<Utc> = BEGINS.parse()?;
        let clock = DemoClock::starting_at(begins, speed, wall)?;
        let address = listener.local_addr()?;
        let mut simulator = Simulator::builder(ACCOUNT, TOKEN)
            .seed(seed)
            .evidence(Evidence::None)
            .requests_at_once(AT_ONCE)
            .pace(clock.pace())
            .build()
            .await?;
        let url = |page: &str| format!("http://{address}/{page}");
        for line in [LINE, PREMIUM_LINE, REP_LINE] {
            let pages = NumberConfig::new(url("voice")).fallback_url(url("fallback"));
            simulator.number(line, pages.status_callback(url("ended")))?;
        }
        Colleagues::pick_up(&mut simulator);
        let names = CUSTOMERS.map(|customer| (customer.number, customer.name));
        let outside = Outside {
            twilio: Client::builder(ACCOUNT.parse()?, Credentials::auth_token(TOKEN))
                .base_url(simulator.rest_url())
                .build()?,
            database: Database::in_memory()?,
            clock: Arc::new(clock.clone()),
            speed,
            journal: Arc::new(Journal::with_names(names)),
        };
        let settings = settings(address)?;
        let system = Arc::new(PhoneSystem::open(settings, load_hours(None)?, outside).await?);
        Ok(Self {
            router: app(Arc::clone(&system))?,
            system: Arc::clone(&system),
            listener,
            world: World::new(simulator, clock, system, seed, begins),
        })
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
        tokio::select! {
            served = served => Ok(served?),
            died = lived => died,
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

fn settings(address: SocketAddr) -> Result<Settings, DemoError> {
    let mut reps = Vec::new();
    for (colleague, id) in COLLEAGUES.into_iter().zip(1..) {
        reps.push(Rep {
            id: AgentId::new(id),
            name: colleague.name.to_owned(),
            phone: colleague.phone.parse()?,
        });
    }
    let premium = CUSTOMERS.iter().filter(|customer| customer.premium);
    Ok(Settings {
        account_sid: ACCOUNT.parse()?,
        auth_token: Secret::new(TOKEN),
        rest_url: None,
        public_url: format!("http://{address}"),
        listen: address,
        line: LINE.parse()?,
        premium_line: Some(PREMIUM_LINE.parse()?),
        rep_line: REP_LINE.parse()?,
        premium_callers: premium
            .map(|customer| customer.number.parse())
            .collect::<Result<_, _>>()?,
        reps,
        hours: None,
        database: DatabaseUrl::Memory,
        overflow_after: TimeDelta::minutes(3),
        sign_in_hint: None,
        service: Service::default(),
    })
}
