//! The stage on which the phone system is shown and tested.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{self, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::IntoResponse;
use chrono::TimeDelta;
use escalation_core::{Delivery, Notifier, Outcome, Response as Answered};
use queue_dispatch::AgentId;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use twilio_rest::{
    Client, Credentials, HttpTransport, ReqwestTransport, RetryPolicy, TransportError,
};
use twilio_simulator::{Answers, CallSid, Caller, HostTask, NumberConfig, Simulator};
use twilio_webhook::{Address, PhoneNumber};

use crate::database::{Database, DatabaseError, DatabaseUrl};
use crate::directory::{Directory, DirectoryError, FakeDirectory};
use crate::journal::Journal;
use crate::records::Profile;
use crate::service::Service;
use crate::settings::{Rep, Secret, Settings};
use crate::shift::{Health, Shift};
use crate::speed::Speed;
use crate::system::{Outside, PhoneSystem};
use crate::{app, load_hours};

/// The number of the regular line. All numbers are Ofcom's for use in drama.
pub const LINE: &str = "+442079460100";
/// The number given to premium customers.
pub const PREMIUM_LINE: &str = "+442079460199";
/// The number that reps dial.
pub const REP_LINE: &str = "+442079460200";
/// The reps' phones: Ann's, Ben's and Cat's.
pub const REPS: [&str; 3] = ["+447700900201", "+447700900202", "+447700900203"];
/// The auth token of the simulated account.
pub const TOKEN: &str = "a token of the simulated account";

/// The simulated account.
pub(crate) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const REP_NAMES: [&str; 3] = ["Ann", "Ben", "Cat"];
/// A customer who is premium whichever number they dial.
const PREMIUM_CUSTOMER: &str = "Mrs Lindt";
const CALLERS: [(&str, &str); 9] = [
    ("+447700900301", "Mrs Hall"),
    ("+447700900302", "Mr Shah"),
    ("+447700900303", "Miss Price"),
    ("+447700900304", "Mr Okoro"),
    ("+447700900305", PREMIUM_CUSTOMER),
    ("+447700900306", "Mr Early"),
    ("+447700900307", "a forger"),
    ("+447700900308", "Miss Monday"),
    ("+447700900309", "Mr Later"),
];

/// Any error of the stage.
pub type StageError = Box<dyn std::error::Error + Send + Sync>;

/// A simulated Twilio and the phone system beside it, in one process and on one virtual clock.
///
/// The cast: callers with names and numbers (Mrs Lindt is a premium customer), and the reps Ann, Ben and Cat.
#[derive(Debug)]
pub struct Town {
    /// The simulated Twilio, with its callers.
    pub twilio: Simulator,
    /// The phone system, as it is now.
    pub system: Arc<PhoneSystem>,
    /// What it has decided so far.
    pub journal: Arc<Journal>,
    database: Database,
    file: Option<PathBuf>,
    address: SocketAddr,
    server: JoinHandle<()>,
    shift: Arc<Shift>,
    others: Vec<JoinHandle<()>>,
    faults: Arc<Mutex<Faults>>,
    directory: Arc<Known>,
    letters: Arc<Letters>,
    service: Service,
}

/// The e-mail that was sent.
#[derive(Debug, Default)]
struct Letters(Mutex<Vec<String>>);

#[async_trait]
impl Notifier for Letters {
    async fn notify(&self, delivery: &Delivery) -> Outcome {
        let to = delivery.notification().email().unwrap_or_default();
        let mut letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        letters.push(to.to_owned());
        Outcome::Delivered(Answered::None)
    }
}

/// The directory of the town, which may be another one from now on.
#[derive(Debug)]
struct Known(RwLock<Arc<dyn Directory>>);

impl Default for Known {
    fn default() -> Self {
        Self(RwLock::new(Arc::new(FakeDirectory::new())))
    }
}

#[async_trait]
impl Directory for Known {
    async fn look_up(&self, number: &PhoneNumber) -> Result<Option<Profile>, DirectoryError> {
        let directory = Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner));
        directory.look_up(number).await
    }
}

/// What is out of order in the town.
#[derive(Debug, Default)]
struct Faults {
    pages: BTreeSet<String>,
    api: Option<u16>,
}

impl Town {
    /// Sets the stage at this instant, with everything in memory.
    ///
    /// # Errors
    /// Whatever keeps the simulator or the phone system from starting.
    pub async fn at(instant: &str) -> Result<Self, StageError> {
        Self::set(instant, None, Service::default()).await
    }

    /// Sets the stage at this instant, with everything in memory and callers served like this.
    ///
    /// # Errors
    /// As [`at`](Self::at).
    pub async fn serving(instant: &str, service: Service) -> Result<Self, StageError> {
        Self::set(instant, None, service).await
    }

    /// Sets the stage at this instant, with everything in a file.
    ///
    /// # Errors
    /// As [`at`](Self::at).
    pub async fn in_file(file: PathBuf, instant: &str) -> Result<Self, StageError> {
        Self::set(instant, Some(file), Service::default()).await
    }

    async fn set(
        instant: &str,
        file: Option<PathBuf>,
        service: Service,
    ) -> Result<Self, StageError> {
        let mut twilio = Simulator::builder(ACCOUNT, TOKEN)
            .starts_at(instant.parse()?)
            .build()
            .await?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let url = |page: &str| format!("http://{address}/{page}");
        for line in [LINE, PREMIUM_LINE, REP_LINE] {
            let pages = NumberConfig::new(url("voice")).fallback_url(url("fallback"));
            let pages = pages.messaging_url(url("message"));
            twilio.number(line, pages.status_callback(url("ended")))?;
        }
        let (database, faults) = (open(file.as_deref()).await?, Arc::default());
        let journal = Arc::new(Journal::with_names(CALLERS));
        let directory = Arc::new(Known::default());
        let letters = Arc::new(Letters::default());
        let outside = outside(&twilio, &database, &journal, &faults, &directory, &letters)?;
        let settings = settings(address, &service)?;
        let system = Arc::new(PhoneSystem::open(settings, load_hours(None)?, outside).await?);
        let shift = Arc::new(Shift::default());
        shift.comes_on(Arc::clone(&system), address);
        twilio.host_task(Arc::clone(&shift) as Arc<dyn HostTask>);
        let router = before(app(Arc::clone(&system))?, &faults, &shift);
        let server = listen(listener, router);
        Ok(Self {
            twilio,
            system,
            journal,
            database,
            file,
            address,
            server,
            shift,
            others: Vec::new(),
            faults,
            directory,
            letters,
            service,
        })
    }

    /// From now on callers are looked up in this directory; before, nobody is known.
    pub fn looks_up_in(&self, directory: impl Directory + 'static) {
        *self
            .directory
            .0
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(directory);
    }

    /// Ends the program without a word, loses all that it had written down, and starts it again.
    ///
    /// # Errors
    /// Whatever keeps it from starting.
    pub async fn restart_with_nothing(&mut self) -> Result<(), StageError> {
        (self.database, self.file) = (Database::in_memory()?, None);
        self.restart().await
    }

    /// Ends the program without a word and starts it again. The database survives; one in a file is read from it again.
    ///
    /// # Errors
    /// Whatever keeps it from starting.
    pub async fn restart(&mut self) -> Result<(), StageError> {
        self.server.abort();
        // An aborted task ends with an error by definition.
        let _ = (&mut self.server).await;
        if self.file.is_some() {
            self.database = open(self.file.as_deref()).await?;
        }
        let outside = outside(
            &self.twilio,
            &self.database,
            &self.journal,
            &self.faults,
            &self.directory,
            &self.letters,
        )?;
        let settings = settings(self.address, &self.service)?;
        self.system = Arc::new(PhoneSystem::open(settings, load_hours(None)?, outside).await?);
        self.shift.restarts(Arc::clone(&self.system));
        let router = before(app(Arc::clone(&self.system))?, &self.faults, &self.shift);
        self.server = listen(TcpListener::bind(self.address).await?, router);
        Ok(())
    }

    /// Starts another server on the same database. From now on requests go round.
    ///
    /// # Errors
    /// Whatever keeps it from starting.
    pub async fn another_server(&mut self) -> Result<Arc<PhoneSystem>, StageError> {
        let database = match &self.file {
            Some(file) => Database::in_file(file).await?,
            None => self.database.clone(),
        };
        let outside = outside(
            &self.twilio,
            &database,
            &self.journal,
            &self.faults,
            &self.directory,
            &self.letters,
        )?;
        let settings = settings(self.address, &self.service)?;
        let system = Arc::new(PhoneSystem::open(settings, load_hours(None)?, outside).await?);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        self.shift
            .comes_on(Arc::clone(&system), listener.local_addr()?);
        self.others
            .push(listen(listener, app(Arc::clone(&system))?));
        Ok(system)
    }

    /// This server, counted from 0, dies without a word.
    pub fn dies(&self, server: usize) {
        self.shift.is(server, Health::Dead);
    }

    /// This server dies as soon as it has decided that phones are to ring, and before it rings them.
    pub fn is_doomed(&self, server: usize) {
        self.shift.is(server, Health::Doomed);
    }

    /// This server stands still: its machine sleeps, or its process was stopped.
    pub fn sleeps(&self, server: usize) {
        self.shift.is(server, Health::Asleep);
    }

    /// This server goes on where it was.
    pub fn wakes(&self, server: usize) {
        self.shift.is(server, Health::Well);
    }

    /// Somebody rings, at so many seconds from now.
    ///
    /// # Errors
    /// When the simulator does not know the number.
    pub fn rings(&mut self, after: i64, caller: Caller) -> Result<CallSid, StageError> {
        Ok(self
            .twilio
            .call_at(self.twilio.now() + TimeDelta::seconds(after), caller)?)
    }

    /// A rep dials in, at so many seconds from now, and takes calls for so long.
    ///
    /// # Errors
    /// When the simulator does not know the number.
    pub fn works(&mut self, after: i64, rep: usize, seconds: u64) -> Result<CallSid, StageError> {
        let script = Caller::from(REPS[rep]).to(REP_LINE).named(REP_NAMES[rep]);
        self.rings(after, script.hangs_up_after(Duration::from_secs(seconds)))
    }

    /// What happens when the phones of Ann, Ben and Cat ring.
    pub fn phones(&mut self, answers: [Answers; 3]) {
        for (phone, answers) in REPS.into_iter().zip(answers) {
            self.twilio.phone(phone, answers);
        }
    }

    /// Lets the town live until this instant.
    ///
    /// # Errors
    /// Whatever goes wrong on the stage.
    pub async fn until(&mut self, instant: &str) -> Result<(), StageError> {
        Ok(self.twilio.run_until(instant.parse()?).await?)
    }

    /// To whom e-mail was sent, in order.
    #[must_use]
    pub fn letters(&self) -> Vec<String> {
        let letters = self.letters.0.lock();
        letters.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on this page of the program, as `/left`, answers with 500.
    pub fn breaks(&self, page: &str) {
        lock(&self.faults).pages.insert(page.to_owned());
    }

    /// From now on every request to Twilio's API is answered with this status, and not carried out.
    pub fn api_answers(&self, status: u16) {
        lock(&self.faults).api = Some(status);
    }

    /// All is well again.
    pub fn mends(&self) {
        *lock(&self.faults) = Faults::default();
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
        self.others.iter().for_each(JoinHandle::abort);
    }
}

/// The number of a person of the cast; of the first one, if the name is not in the cast.
#[must_use]
pub fn number_of(name: &str) -> &'static str {
    CALLERS
        .iter()
        .find(|(_, other)| *other == name)
        .map_or(CALLERS[0].0, |(number, _)| *number)
}

async fn open(file: Option<&Path>) -> Result<Database, DatabaseError> {
    match file {
        Some(file) => Database::in_file(file).await,
        None => Database::in_memory(),
    }
}

fn outside(
    twilio: &Simulator,
    database: &Database,
    journal: &Arc<Journal>,
    faults: &Arc<Mutex<Faults>>,
    directory: &Arc<Known>,
    letters: &Arc<Letters>,
) -> Result<Outside, StageError> {
    let clock = twilio.clock();
    let api = FaultyApi {
        faults: Arc::clone(faults),
        sound: ReqwestTransport::plain()?,
    };
    Ok(Outside {
        twilio: Client::builder(ACCOUNT.parse()?, Credentials::auth_token(TOKEN))
            .base_url(twilio.rest_url())
            .transport(api)
            // Virtual time stands still during a request, so a second attempt meets the same fault.
            .retry(RetryPolicy::never())
            .build()?,
        database: database.clone(),
        clock: Arc::new(move || clock.now()),
        speed: Speed::REAL,
        directory: Some(Arc::clone(directory) as Arc<dyn Directory>),
        email: Some(Arc::clone(letters) as Arc<dyn Notifier>),
        journal: Arc::clone(journal),
    })
}

fn settings(address: SocketAddr, service: &Service) -> Result<Settings, StageError> {
    let mut reps = Vec::new();
    for ((name, phone), id) in REP_NAMES.into_iter().zip(REPS).zip(1..) {
        reps.push(Rep {
            id: AgentId::new(id),
            name: name.to_owned(),
            phone: Address::Phone(phone.parse()?),
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
        premium_callers: vec![number_of(PREMIUM_CUSTOMER).parse()?],
        reps,
        hours: None,
        database: DatabaseUrl::Memory,
        overflow_after: TimeDelta::minutes(3),
        session_lasts: TimeDelta::hours(12),
        sign_in_hint: None,
        service: service.clone(),
    })
}

/// The first server with what is wrong today, and with the way to the others.
fn before(router: Router, faults: &Arc<Mutex<Faults>>, shift: &Arc<Shift>) -> Router {
    let (faults, shift) = (Arc::clone(faults), Arc::clone(shift));
    router.layer(from_fn(move |request: Request, next: Next| {
        let broken = lock(&faults).pages.contains(request.uri().path());
        let shift = Arc::clone(&shift);
        async move {
            match broken {
                true => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                false => shift.answer(request, next).await,
            }
        }
    }))
}

fn listen(listener: TcpListener, router: Router) -> JoinHandle<()> {
    tokio::spawn(async move {
        // It runs until it is aborted; what it cannot serve shows in the simulator's transcript.
        let _ = axum::serve(
            listener,
            router.into_make_service_with_connect_info::<SocketAddr>(),
        )
        .await;
    })
}

/// The way to Twilio's API, with whatever is wrong with it today.
#[derive(Debug)]
struct FaultyApi {
    faults: Arc<Mutex<Faults>>,
    sound: ReqwestTransport,
}

#[async_trait]
impl HttpTransport for FaultyApi {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        body_limit: usize,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let fault = lock(&self.faults).api;
        let Some(status) = fault else {
            return self.sound.send(request, body_limit).await;
        };
        let mut response = http::Response::new(Bytes::new());
        *response.status_mut() = StatusCode::from_u16(status).map_err(TransportError::lost)?;
        Ok(response)
    }
}

fn lock(faults: &Mutex<Faults>) -> MutexGuard<'_, Faults> {
    faults.lock().unwrap_or_else(PoisonError::into_inner)
}
