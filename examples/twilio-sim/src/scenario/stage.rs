//! Setting the scene of a scenario.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use http::Method;
use twilio_simulator::{
    CallSid, Caller, MessageSid, NumberConfig, Settings, Simulator, SimulatorBuilder, SpeechRate,
    TextMessage, Transport,
};
use url::Url;

use super::faults::with_faults;
use super::{NumberForm, Scenario, SettingsForm};

/// Used where a scenario names no account.
const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";

/// Used where a scenario names no token.
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A scenario that cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// A URL of a number is none, nor relative to the app's.
    #[error("{url:?} cannot be resolved against {app}")]
    Url {
        /// As written.
        url: String,
        /// The app's URL.
        app: Url,
    },
    /// A method other than GET and POST.
    #[error("{0:?} is no method: GET or POST")]
    Method(String),
    /// Not a length of time.
    #[error("{0} is no time in seconds")]
    Seconds(f64),
    /// Not an HTTP status.
    #[error("{0} is no HTTP status")]
    Status(u16),
    /// A fault that is to strike by number and by chance.
    #[error("a fault strikes by \"requests\" or by \"percent\", not both")]
    RequestsAndPercent,
    /// Both ways of saying how long speech takes.
    #[error("\"words_per_minute\" and \"seconds_per_text\" exclude each other")]
    TwoSpeechRates,
    /// The simulator refuses something.
    #[error(transparent)]
    Simulator(#[from] twilio_simulator::Error),
}

/// Who is in a scenario, by name.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Cast {
    /// The callers; those of the same name are numbered from the second on: `Mrs Hall #2`.
    pub calls: BTreeMap<String, CallSid>,
    /// The messages, likewise.
    pub messages: BTreeMap<String, MessageSid>,
}

/// A scenario against an app.
#[derive(Clone, Debug)]
pub struct Stage {
    scenario: Scenario,
    app: Url,
}

impl Stage {
    /// This scenario against the app at this URL.
    #[must_use]
    pub fn new(scenario: Scenario, app: Url) -> Self {
        Self { scenario, app }
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The account that the app sees.
    #[must_use]
    pub fn account_sid(&self) -> &str {
        self.scenario.account_sid.as_deref().unwrap_or(ACCOUNT)
    }

    /// What the requests are signed with.
    #[must_use]
    pub fn auth_token(&self) -> &str {
        self.scenario.auth_token.as_deref().unwrap_or(TOKEN)
    }

    /// A simulator with the scenario's seed and settings, whose requests go this way.
    ///
    /// # Errors
    /// Settings or faults that say nothing possible.
    pub fn builder(
        &self,
        transport: Arc<dyn Transport>,
    ) -> Result<SimulatorBuilder, ScenarioError> {
        let scenario = &self.scenario;
        let transport = with_faults(transport, &scenario.faults, scenario.seed)?;
        let mut builder = Simulator::builder(self.account_sid(), self.auth_token())
            .seed(scenario.seed)
            .settings(settings(&scenario.settings)?)
            .transport(transport);
        if let Some(starts_at) = scenario.starts_at {
            builder = builder.starts_at(starts_at);
        }
        Ok(builder)
    }

    /// Puts numbers, phones and queues in place.
    ///
    /// # Errors
    /// Numbers whose URLs or methods are none.
    pub fn furnish(&self, sim: &mut Simulator) -> Result<(), ScenarioError> {
        let scenario = &self.scenario;
        let calls = scenario.calls.iter().map(|call| call.caller.number());
        let messages = scenario.messages.iter().map(|message| message.to.as_str());
        for number in calls.chain(messages) {
            if !scenario.numbers.contains_key(number) {
                sim.number(number, self.number(&NumberForm::default())?)?;
            }
        }
        for (number, form) in &scenario.numbers {
            sim.number(number, self.number(form)?)?;
        }
        for (phone, answers) in &scenario.phones {
            sim.phone(phone, answers.clone());
        }
        for (queue, size) in &scenario.queues {
            sim.queue(queue, *size);
        }
        Ok(())
    }

    /// Puts the calls and messages on the agenda.
    ///
    /// # Errors
    /// Times that are none.
    pub fn schedule(&self, sim: &mut Simulator) -> Result<Cast, ScenarioError> {
        let mut cast = Cast::default();
        let start = sim.now();
        for call in &self.scenario.calls {
            for index in 0..call.times {
                let at = instant(start, call.at + call.every * f64::from(index))?;
                let sid = sim.call_at(at, call.caller.clone())?;
                add(&mut cast.calls, call.caller.name(), sid);
            }
        }
        for message in &self.scenario.messages {
            let letter = TextMessage::from(&message.from)
                .to(&message.to)
                .body(&message.body);
            let sid = sim.message_at(instant(start, message.at)?, letter)?;
            let name = message.name.as_deref().unwrap_or(&message.from);
            add(&mut cast.messages, name, sid);
        }
        Ok(cast)
    }

    /// Puts so many calls on the agenda, as the scenario's callers in turn, all at one instant or
    /// spread over a time.
    ///
    /// # Errors
    /// [`ScenarioError::Seconds`] if the time is none.
    pub fn schedule_load(
        &self,
        sim: &mut Simulator,
        calls: u32,
        over: f64,
    ) -> Result<(), ScenarioError> {
        let start = sim.now();
        let callers: Vec<&Caller> = self
            .scenario
            .calls
            .iter()
            .map(|call| &call.caller)
            .collect();
        for (index, caller) in (0..calls).zip(callers.into_iter().cycle()) {
            let at = over * f64::from(index) / f64::from(calls);
            sim.call_at(instant(start, at)?, caller.clone())?;
        }
        Ok(())
    }

    fn number(&self, form: &NumberForm) -> Result<NumberConfig, ScenarioError> {
        let voice = form.voice_url.as_deref();
        let mut config = NumberConfig::new(match voice {
            Some(url) => self.url(url)?,
            None => self.app.to_string(),
        });
        if let Some(name) = &form.voice_method {
            config = config.voice_method(method(name)?);
        }
        if let Some(url) = &form.fallback_url {
            config = config.fallback_url(self.url(url)?);
        }
        if let Some(url) = &form.status_callback {
            config = config.status_callback(self.url(url)?);
        }
        if let Some(url) = &form.sms_url {
            config = config.messaging_url(self.url(url)?);
        }
        if let Some(name) = &form.sms_method {
            config = config.messaging_method(method(name)?);
        }
        if let Some(url) = &form.sms_fallback_url {
            config = config.messaging_fallback_url(self.url(url)?);
        }
        Ok(config)
    }

    fn url(&self, written: &str) -> Result<String, ScenarioError> {
        match self.app.join(written) {
            Ok(url) => Ok(url.to_string()),
            Err(_) => Err(ScenarioError::Url {
                url: written.to_owned(),
                app: self.app.clone(),
            }),
        }
    }
}

fn add<T>(named: &mut BTreeMap<String, T>, name: &str, value: T) {
    let mut unique = name.to_owned();
    let mut count = 1;
    while named.contains_key(&unique) {
        count += 1;
        unique = format!("{name} #{count}");
    }
    named.insert(unique, value);
}

fn method(name: &str) -> Result<Method, ScenarioError> {
    match name {
        "GET" => Ok(Method::GET),
        "POST" => Ok(Method::POST),
        other => Err(ScenarioError::Method(other.to_owned())),
    }
}

fn settings(form: &SettingsForm) -> Result<Settings, ScenarioError> {
    let mut settings = Settings::default();
    match (form.words_per_minute, form.seconds_per_text) {
        (None, None) => {}
        (Some(rate), None) => settings = settings.speech(SpeechRate::WordsPerMinute(rate)),
        (None, Some(time)) => settings = settings.speech(SpeechRate::Each(seconds(time)?)),
        (Some(_), Some(_)) => return Err(ScenarioError::TwoSpeechRates),
    }
    for (text, length) in &form.texts {
        settings = settings.text(text, seconds(*length)?);
    }
    for (url, length) in &form.media {
        settings = settings.media(url, seconds(*length)?);
    }
    if let Some(length) = form.any_media {
        settings = settings.any_media(seconds(length)?);
    }
    Ok(settings)
}

fn seconds(time: f64) -> Result<Duration, ScenarioError> {
    Duration::try_from_secs_f64(time).map_err(|_| ScenarioError::Seconds(time))
}

fn instant(start: DateTime<Utc>, time: f64) -> Result<DateTime<Utc>, ScenarioError> {
    let passed = TimeDelta::from_std(seconds(time)?).map_err(|_| ScenarioError::Seconds(time))?;
    start
        .checked_add_signed(passed)
        .ok_or(ScenarioError::Seconds(time))
}
