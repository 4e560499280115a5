//! A scripted morning: callers and reps with a will of their own, against the real program over real HTTP, in virtual
//! time.
//!
//! [`Town`] is the stage: a simulated Twilio, the phone system on a loopback port, and people with phones. The scenes are
//! played by [`play`], one after the other; the tests play them one by one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use business_hours::{Override, OverrideId, Schedule, When};
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{Clock, EscalationStore};
use escalation_sqlite::SqliteStore;
use queue_dispatch::AgentId;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use twilio_simulator::{
    Answers, BoxError, CallSid, Caller, HostTask, NumberConfig, Script, Simulator,
};

use crate::journal::Journal;
use crate::settings::{Rep, Secret, Settings};
use crate::system::PhoneSystem;
use crate::{app, load_hours};

/// The number of the regular line. All numbers are Ofcom's for use in drama.
pub const LINE: &str = "+442079460100";
/// The number given to premium customers.
pub const PREMIUM_LINE: &str = "+442079460199";
/// The number that reps dial.
pub const REP_LINE: &str = "+442079460200";
/// The reps' phones: Ann's, Ben's and Cat's.
pub const REPS: [&str; 3] = ["+447700900201", "+447700900202", "+447700900203"];

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const TOKEN: &str = "a token of the simulated account";

const CALLERS: [(&str, &str); 9] = [
    ("+447700900301", "Mrs Hall"),
    ("+447700900302", "Mr Shah"),
    ("+447700900303", "Miss Price"),
    ("+447700900304", "Mr Okoro"),
    ("+447700900305", "Mrs Lindt"),
    ("+447700900306", "Mr Early"),
    ("+447700900307", "a forger"),
    ("+447700900308", "Miss Monday"),
    ("+447700900309", "Mr Later"),
];

/// The number of a person of the cast; of the first one, if the name is not in the cast.
fn number_of(name: &str) -> &'static str {
    CALLERS
        .iter()
        .find(|(_, other)| *other == name)
        .map_or(CALLERS[0].0, |(number, _)| *number)
}

/// Any error of the stage.
pub type StageError = Box<dyn std::error::Error + Send + Sync>;

/// A simulated Twilio and the phone system beside it, in one process and on one virtual clock.
#[derive(Debug)]
pub struct Town {
    /// The simulated Twilio, with its callers.
    pub twilio: Simulator,
    /// The phone system, as it is now.
    pub system: Arc<PhoneSystem>,
    /// What it has decided so far.
    pub journal: Arc<Journal>,
    store: Arc<dyn EscalationStore>,
    file: Option<PathBuf>,
    address: std::net::SocketAddr,
    server: JoinHandle<()>,
    driven: Arc<Driven>,
}

/// The phone system as a task of the simulator's; replaced when the program is "restarted".
#[derive(Debug)]
struct Driven(std::sync::RwLock<Arc<PhoneSystem>>);

#[async_trait]
impl HostTask for Driven {
    fn name(&self) -> &str {
        "phone system"
    }

    async fn run_once(&self, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, BoxError> {
        let system = Arc::clone(
            &self
                .0
                .read()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        );
        system.run_once(now).await
    }
}

impl Town {
    /// Sets the stage at this instant, with escalations in memory.
    ///
    /// # Errors
    /// Whatever keeps the simulator or the phone system from starting.
    pub async fn at(instant: &str) -> Result<Self, StageError> {
        Self::set(instant, None).await
    }

    /// Sets the stage at this instant, with escalations in a file.
    ///
    /// # Errors
    /// As [`at`](Self::at).
    pub async fn with_escalations_in(file: PathBuf, instant: &str) -> Result<Self, StageError> {
        Self::set(instant, Some(file)).await
    }

    async fn set(instant: &str, file: Option<PathBuf>) -> Result<Self, StageError> {
        let store = open(file.as_deref())?;
        let mut twilio = Simulator::builder(ACCOUNT, TOKEN)
            .starts_at(instant.parse()?)
            .build()
            .await?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        for line in [LINE, PREMIUM_LINE, REP_LINE] {
            let url = |page: &str| format!("http://{address}/{page}");
            let config = NumberConfig::new(url("voice"))
                .fallback_url(url("fallback"))
                .status_callback(url("ended"));
            twilio.number(line, config)?;
        }
        let journal = Arc::new(Journal::with_names(CALLERS));
        let (system, router) = program(
            &twilio,
            address,
            load_hours(None)?,
            Arc::clone(&store),
            Arc::clone(&journal),
        )
        .await?;
        let driven = Arc::new(Driven(Arc::clone(&system).into()));
        twilio.host_task(Arc::clone(&driven) as Arc<dyn HostTask>);
        let server = listen(listener, router);
        Ok(Self {
            twilio,
            system,
            journal,
            store,
            file,
            address,
            server,
            driven,
        })
    }

    /// Ends the program without a word and starts it again. Only the escalations survive, and those in a file are read
    /// from it again.
    ///
    /// # Errors
    /// Whatever keeps it from starting.
    pub async fn restart(&mut self) -> Result<(), StageError> {
        self.server.abort();
        // An aborted task ends with an error by definition.
        let _ = (&mut self.server).await;
        if self.file.is_some() {
            self.store = open(self.file.as_deref())?;
        }
        let hours = self.system.hours();
        let (system, router) = program(
            &self.twilio,
            self.address,
            hours,
            Arc::clone(&self.store),
            Arc::clone(&self.journal),
        )
        .await?;
        *self
            .driven
            .0
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::clone(&system);
        self.system = system;
        self.server = listen(TcpListener::bind(self.address).await?, router);
        Ok(())
    }

    /// Somebody of the cast rings, at so many seconds from now.
    ///
    /// # Errors
    /// When the simulator does not know the number.
    pub fn rings(&mut self, after: i64, caller: Caller) -> Result<CallSid, StageError> {
        let at = self.twilio.now() + TimeDelta::seconds(after);
        Ok(self.twilio.call_at(at, caller)?)
    }

    /// A rep dials in, at so many seconds from now, and takes calls for so long.
    ///
    /// # Errors
    /// When the simulator does not know the number.
    pub fn works(&mut self, after: i64, rep: usize, seconds: u64) -> Result<CallSid, StageError> {
        let script = Caller::from(REPS[rep]).to(REP_LINE).named(NAMES[rep]);
        self.rings(after, script.hangs_up_after(Duration::from_secs(seconds)))
    }

    /// What happens when the phones of Ann, Ben and Cat ring.
    pub fn phones(&mut self, answers: [Answers; 3]) {
        for (phone, answers) in REPS.into_iter().zip(answers) {
            self.twilio.phone(phone, answers);
        }
    }

    /// Where the program listens, as `http://127.0.0.1:41234`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        self.server.abort();
    }
}

const NAMES: [&str; 3] = ["Ann", "Ben", "Cat"];

fn open(file: Option<&Path>) -> Result<Arc<dyn EscalationStore>, escalation_sqlite::OpenError> {
    Ok(Arc::new(match file {
        Some(file) => SqliteStore::open(file)?,
        None => SqliteStore::in_memory()?,
    }))
}

async fn program(
    twilio: &Simulator,
    address: std::net::SocketAddr,
    hours: Schedule,
    store: Arc<dyn EscalationStore>,
    journal: Arc<Journal>,
) -> Result<(Arc<PhoneSystem>, Router), StageError> {
    let mut reps = Vec::new();
    for ((name, phone), id) in NAMES.into_iter().zip(REPS).zip(1..) {
        reps.push(Rep {
            id: AgentId::new(id),
            name: name.to_owned(),
            phone: phone.parse()?,
        });
    }
    let settings = Settings {
        account_sid: ACCOUNT.parse()?,
        auth_token: Secret::new(TOKEN),
        rest_url: Some(twilio.rest_url()),
        public_url: format!("http://{address}"),
        listen: address,
        line: LINE.parse()?,
        premium_line: Some(PREMIUM_LINE.parse()?),
        rep_line: REP_LINE.parse()?,
        premium_callers: vec![number_of("Mrs Lindt").parse()?],
        reps,
        hours: None,
        escalations: None,
        overflow_after: TimeDelta::minutes(3),
    };
    let clock = twilio.clock();
    let clock: Arc<dyn Clock> = Arc::new(move || clock.now());
    let system = Arc::new(PhoneSystem::open(settings, hours, store, clock, journal).await?);
    let router = app(Arc::clone(&system))?;
    Ok((system, router))
}

fn listen(listener: TcpListener, router: Router) -> JoinHandle<()> {
    tokio::spawn(async move {
        // It runs until it is aborted; what it cannot serve shows in the simulator's transcript.
        let _ = axum::serve(listener, router).await;
    })
}

/// A person of the cast who rings a line, chooses from the menu and waits.
#[must_use]
pub fn caller(name: &str, line: &str, key: &str) -> Caller {
    Caller::from(number_of(name))
        .to(line)
        .named(name)
        .hears("press 2")
        .presses(key)
}

/// The person then talks for so long.
#[must_use]
pub fn talks(caller: Caller, seconds: u64) -> Caller {
    caller
        .gets_through()
        .hangs_up_after(Duration::from_secs(seconds))
}

/// Somebody who picks up after so many seconds, hears of the waiting caller and takes the call.
#[must_use]
pub fn takes_the_call(after: u64) -> Answers {
    Answers::after(Duration::from_secs(after))
        .then(Script::new().hears("press any key").presses("5"))
}

/// Plays the scripted morning and returns the stage with all that happened on it.
///
/// # Errors
/// Whatever goes wrong on the stage.
pub async fn play() -> Result<Town, StageError> {
    // Friday, 1 May 2026, 08:40 in London.
    let mut town = Town::at("2026-05-01T07:40:00Z").await?;

    // Too early.
    town.rings(
        0,
        Caller::from(number_of("Mr Early"))
            .to(LINE)
            .named("Mr Early"),
    )?;
    town.until("2026-05-01T08:05:00Z").await?;

    // 09:05. Premium overtakes regular: Ann comes when both wait.
    town.rings(0, talks(caller("Mrs Hall", LINE, "2"), 60))?;
    town.rings(30, talks(caller("Mr Shah", PREMIUM_LINE, "1"), 45))?;
    town.works(75, 0, 600)?;
    // Ann is still there: answered at once.
    town.rings(300, talks(caller("Miss Price", LINE, "2"), 40))?;
    town.until("2026-05-01T08:30:00Z").await?;

    // 09:30. Nobody is there, and Mr Okoro loses patience.
    town.rings(
        0,
        caller("Mr Okoro", LINE, "2").gives_up_after(Duration::from_secs(70)),
    )?;
    town.until("2026-05-01T08:40:00Z").await?;

    // 09:40. Nobody is there for three minutes: every phone rings, Ben is first to take the call, Cat's phone stops.
    let machine =
        Answers::after(Duration::from_secs(2)).then(Script::new().says("Please leave a message."));
    town.phones([machine, takes_the_call(6), Answers::never()]);
    town.rings(0, talks(caller("Mrs Lindt", LINE, "2"), 90))?;
    town.until("2026-05-01T09:00:00Z").await?;

    // 10:00. Somebody who is not Twilio.
    town.rings(
        0,
        Caller::from(number_of("a forger"))
            .to(LINE)
            .named("a forger")
            .forged(),
    )?;
    town.until("2026-05-04T09:00:00Z").await?;

    // Monday, 4 May 2026, 10:00: a bank holiday.
    town.rings(
        0,
        Caller::from(number_of("Miss Monday"))
            .to(LINE)
            .named("Miss Monday"),
    )?;
    town.until("2026-05-04T12:55:00Z").await?;

    // 13:55. Somebody opens the line for two hours although it is a bank holiday; from now on it counts.
    let (from, to) = (
        "2026-05-04T13:00:00Z".parse()?,
        "2026-05-04T15:00:00Z".parse()?,
    );
    let exception = Override::open(
        OverrideId::new("bank-holiday-cover")?,
        When::between(from, to)?,
    );
    town.system
        .override_hours(exception.because("bank holiday cover").by("Ann"))?;
    let now = town.twilio.now();
    town.journal.note(
        now,
        "Ann",
        "opens the line from 14:00 to 16:00",
        "an override beats the bank holiday",
    );
    town.works(420, 0, 300)?;
    town.rings(450, talks(caller("Mr Later", LINE, "1"), 30))?;
    town.twilio.run_until_idle().await?;
    Ok(town)
}

impl Town {
    /// Lets the town live until this instant.
    ///
    /// # Errors
    /// Whatever goes wrong on the stage.
    pub async fn until(&mut self, instant: &str) -> Result<(), StageError> {
        self.twilio.run_until(instant.parse()?).await?;
        Ok(())
    }
}
