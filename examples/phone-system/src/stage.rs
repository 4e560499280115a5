//! A simulated Twilio on a clock of any speed, and the real program beside it: what the demo and the load test play on.

use std::net::SocketAddr;
use std::sync::Arc;

use business_hours::Schedule;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::Clock;
use queue_dispatch::AgentId;
use tokio::net::TcpListener;
use twilio_rest::{Client, Credentials};
use twilio_simulator::{Evidence, NumberConfig, Simulator, Transport};
use twilio_webhook::Address;

use crate::database::{Database, DatabaseUrl};
use crate::demo::DemoClock;
use crate::directory::Directory;
use crate::journal::Journal;
use crate::server::app;
use crate::service::Service;
use crate::settings::{Rep, Secret, Settings};
use crate::speed::Speed;
use crate::system::{Outside, PhoneSystem};
use crate::town::{ACCOUNT, LINE, PREMIUM_LINE, REP_LINE, StageError, TOKEN};

/// Who is on the stage.
#[derive(Debug, Default)]
pub(crate) struct Cast {
    /// Names and phones of those who answer calls, numbers or `client:…`; the first is agent 1.
    pub(crate) agents: Vec<(String, String)>,
    /// Numbers and names of callers who are known.
    pub(crate) known: Vec<(String, String)>,
    /// Numbers of those who are premium whichever number they dial.
    pub(crate) premium: Vec<String>,
    /// What is known of callers besides, if anything is.
    pub(crate) directory: Option<Arc<dyn Directory>>,
}

/// Time as it passes on the stage.
pub(crate) struct Time {
    pub(crate) begins: DateTime<Utc>,
    pub(crate) speed: Speed,
    /// The clock on the wall.
    pub(crate) wall: Arc<dyn Clock>,
}

/// The simulated Twilio and the program, ready to be played and served.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) simulator: Simulator,
    pub(crate) clock: DemoClock,
    pub(crate) system: Arc<PhoneSystem>,
    pub(crate) router: axum::Router,
}

impl Stage {
    /// Sets it: the program will listen at this address. `change` has the last word on the settings.
    pub(crate) async fn set(
        address: SocketAddr,
        cast: Cast,
        time: Time,
        hours: Schedule,
        database: Database,
        (seed, at_once, transport): (u64, usize, Arc<dyn Transport>),
        change: impl FnOnce(&mut Settings),
    ) -> Result<Self, StageError> {
        let clock = DemoClock::starting_at(time.begins, time.speed, time.wall)?;
        let mut simulator = Simulator::builder(ACCOUNT, TOKEN)
            .seed(seed)
            .evidence(Evidence::None)
            .requests_at_once(at_once)
            .transport(transport)
            .pace(clock.pace())
            .build()
            .await?;
        let url = |page: &str| format!("http://{address}/{page}");
        for line in [LINE, PREMIUM_LINE, REP_LINE] {
            let pages = NumberConfig::new(url("voice")).fallback_url(url("fallback"));
            let pages = pages.messaging_url(url("message"));
            simulator.number(line, pages.status_callback(url("ended")))?;
        }
        let mut settings = settings(address, &cast)?;
        change(&mut settings);
        let outside = Outside {
            twilio: Client::builder(ACCOUNT.parse()?, Credentials::auth_token(TOKEN))
                .base_url(simulator.rest_url())
                .build()?,
            database,
            clock: Arc::new(clock.clone()),
            speed: time.speed,
            directory: cast.directory,
            email: None,
            journal: Arc::new(Journal::with_names(cast.known)),
        };
        let system = Arc::new(PhoneSystem::open(settings, hours, outside).await?);
        Ok(Self {
            router: app(Arc::clone(&system))?,
            simulator,
            clock,
            system,
        })
    }
}

/// Listens on a port of the loopback interface that the system chooses.
pub(crate) async fn any_port() -> std::io::Result<TcpListener> {
    TcpListener::bind(("127.0.0.1", 0)).await
}

fn settings(address: SocketAddr, cast: &Cast) -> Result<Settings, StageError> {
    let mut reps = Vec::new();
    for ((name, phone), id) in cast.agents.iter().zip(1..) {
        reps.push(Rep {
            id: AgentId::new(id),
            name: name.clone(),
            phone: Address::from(phone.as_str()),
        });
    }
    Ok(Settings {
        account_sid: ACCOUNT.parse()?,
        auth_token: Secret::new(TOKEN),
        rest_url: None,
        public_url: format!("http://{address}"),
        listen: address,
        line: LINE.parse()?,
        premium_line: Some(PREMIUM_LINE.parse()?),
        rep_line: Some(REP_LINE.parse()?),
        premium_callers: cast
            .premium
            .iter()
            .map(|number| number.parse())
            .collect::<Result<_, _>>()?,
        reps,
        hours: None,
        database: DatabaseUrl::Memory,
        overflow_after: TimeDelta::minutes(3),
        session_lasts: TimeDelta::days(365),
        sign_in_hint: None,
        service: Service::default(),
    })
}
