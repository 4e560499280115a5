//! The person on a leg, who follows a script.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::script::{Script, Step};
use crate::switch::leg::Activity;
use crate::switch::status::Status;
use crate::switch::{Due, LegId, Switch, Token, after};
use crate::transcript::Event;

/// How far the person on a leg is with their script.
#[derive(Debug)]
pub(crate) struct Person {
    steps: Vec<Step>,
    next: usize,
    patience: Option<Duration>,
    waits_for: WaitsFor,
    /// When they were first joined to somebody, and how many times they were.
    joined_at: Option<DateTime<Utc>>,
    joined_times: u32,
    /// Until when they make sound.
    speaks_until: Option<DateTime<Utc>>,
}

/// What a person waits for before their next step.
#[derive(Debug)]
enum WaitsFor {
    /// They have not begun, have done all, or are in the middle of a step.
    Nothing,
    Time(Token),
    /// For words (in lower case) which nobody is saying at present.
    Words(String),
    /// For the end of words which are being said.
    LastWord(String, Token),
    /// For somebody on the other side.
    Company,
    /// To be asked for input.
    Question,
}

impl Person {
    /// Someone with this script, nothing of which is left to chance.
    pub(crate) fn with(script: Script) -> Self {
        Self {
            patience: script.patience(),
            steps: script.steps().to_vec(),
            next: 0,
            waits_for: WaitsFor::Nothing,
            joined_at: None,
            joined_times: 0,
            speaks_until: None,
        }
    }

    pub(crate) fn awaits(&self, token: Token) -> bool {
        match &self.waits_for {
            WaitsFor::Time(own) | WaitsFor::LastWord(_, own) => *own == token,
            _ => false,
        }
    }

    pub(crate) fn has_got_through(&self) -> bool {
        self.joined_at.is_some()
    }

    /// When they were first joined to somebody.
    pub(crate) fn joined_at(&self) -> Option<DateTime<Utc>> {
        self.joined_at
    }

    /// How many times they were joined to somebody.
    pub(crate) fn joined_times(&self) -> u32 {
        self.joined_times
    }

    /// Until when they make sound, if they do now.
    pub(crate) fn speaks_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.speaks_until.filter(|until| *until > now)
    }
}

/// A sound that a person could be listening to.
#[derive(Clone, Debug)]
pub(crate) struct Utterance {
    /// In lower case.
    pub(crate) text: String,
    pub(crate) from: DateTime<Utc>,
    pub(crate) length: Duration,
    /// Media are known from their first note; speech counts when the words are out.
    pub(crate) at_once: bool,
}

impl Utterance {
    /// When these words (in lower case) will have been heard, if they are still to come.
    fn heard_at(&self, words: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.at_once {
            return self.text.contains(words).then_some(now);
        }
        self.text
            .match_indices(words)
            .map(|(start, found)| {
                let share = (start + found.len()) as f64 / self.text.len().max(1) as f64;
                // Between zero and the whole length, so this cannot overflow.
                let micros = (self.length.as_micros() as f64 * share.min(1.0)) as u64;
                after(self.from, Duration::from_micros(micros))
            })
            .find(|end| *end >= now)
    }
}

impl Switch {
    /// The person is on the line and starts on their script.
    pub(super) fn person_begins(&mut self, leg: LegId) {
        if let Some(patience) = self.leg(leg).person.patience {
            let at = after(self.leg(leg).started_at, patience);
            self.agenda.add(at.max(self.now()), Due::Patience(leg));
        }
        self.person_continues(leg);
    }

    /// What the person waited for has come: they take their next steps.
    ///
    /// Everything that steps lead to comes back through the agenda, never through a nested call.
    pub(super) fn person_continues(&mut self, leg: LegId) {
        let now = self.now();
        let person = &mut self.leg_mut(leg).person;
        person.waits_for = WaitsFor::Nothing;
        if person.speaks_until.take_if(|until| *until <= now).is_some()
            && matches!(self.leg(leg).activity, Activity::Conferring)
        {
            self.voice_in_conference(leg, "participant-speech-stop");
        }
        while self.leg(leg).is_alive() {
            let person = &mut self.leg_mut(leg).person;
            let Some(step) = person.steps.get(person.next).cloned() else {
                return;
            };
            person.next += 1;
            match step {
                Step::Hears(words) => {
                    person.waits_for = WaitsFor::Words(words.to_lowercase());
                    return self.person_listens(leg);
                }
                Step::IsAsked => {
                    person.waits_for = WaitsFor::Question;
                    return;
                }
                Step::Waits(time) => return self.person_waits(leg, time),
                Step::WaitsUntil(time) => {
                    let at = after(self.leg(leg).started_at, time);
                    let rest = (at - self.now()).to_std().unwrap_or_default();
                    return self.person_waits(leg, rest);
                }
                Step::Presses(keys) => self.press(leg, keys),
                Step::Says(words) => {
                    let length = self.settings.length_of_speech(&words);
                    return self.person_speaks(leg, Some(words), length);
                }
                Step::SpeaksFor(length) => return self.person_speaks(leg, None, length),
                Step::GetsThrough => {
                    if !self.is_in_company(leg) {
                        self.leg_mut(leg).person.waits_for = WaitsFor::Company;
                        return;
                    }
                }
                Step::HangsUp => return self.person_hangs_up(leg),
                // Drawn when the script was taken up.
                Step::WaitsBetween(_) | Step::OneOf(_) => {}
            }
        }
    }

    /// From now on the person does this, whatever they were about to do.
    pub(crate) fn person_goes_on(&mut self, leg: LegId, script: Script) {
        let script = script.drawn(&mut self.chance);
        let before = &self.leg(leg).person;
        let person = Person {
            joined_at: before.joined_at,
            joined_times: before.joined_times,
            speaks_until: before.speaks_until,
            ..Person::with(script)
        };
        self.leg_mut(leg).person = person;
        if let Some(patience) = self.leg(leg).person.patience {
            let at = after(self.leg(leg).started_at, patience);
            self.agenda.add(at.max(self.now()), Due::Patience(leg));
        }
        self.person_waits(leg, Duration::ZERO);
    }

    pub(super) fn person_hangs_up(&mut self, leg: LegId) {
        if !self.leg(leg).is_alive() {
            return;
        }
        self.journal(leg, Event::HangsUp);
        let status = if self.leg(leg).is_answered() {
            Status::Completed
        } else {
            Status::NoAnswer
        };
        self.end(leg, status);
    }

    /// A sound begins on the leg, or the person begins to listen: if it holds what they wait for,
    /// they go on when they have heard it.
    pub(super) fn person_listens(&mut self, leg: LegId) {
        let now = self.now();
        let listener = self.leg(leg);
        let (WaitsFor::Words(words), Some(utterance)) =
            (&listener.person.waits_for, &listener.utterance)
        else {
            return;
        };
        let Some(at) = utterance.heard_at(words, now) else {
            return;
        };
        let words = words.clone();
        let token = self.token();
        self.leg_mut(leg).person.waits_for = WaitsFor::LastWord(words, token);
        self.agenda.add(at, Due::Person(leg, token));
    }

    /// What was being said is cut short: the person waits for the next chance to hear it.
    pub(super) fn person_misses_the_rest(&mut self, leg: LegId) {
        let person = &mut self.leg_mut(leg).person;
        if let WaitsFor::LastWord(words, _) = &person.waits_for {
            person.waits_for = WaitsFor::Words(words.clone());
        }
    }

    /// The person is joined to another.
    pub(super) fn person_gets_through(&mut self, leg: LegId) {
        let now = self.now();
        let person = &mut self.leg_mut(leg).person;
        person.joined_at.get_or_insert(now);
        person.joined_times += 1;
        if matches!(self.leg(leg).person.waits_for, WaitsFor::Company) {
            self.person_waits(leg, Duration::ZERO);
        }
    }

    /// A `<Gather>` has begun.
    pub(super) fn person_is_asked(&mut self, leg: LegId) {
        if matches!(self.leg(leg).person.waits_for, WaitsFor::Question) {
            self.person_waits(leg, Duration::ZERO);
        }
    }

    fn person_waits(&mut self, leg: LegId, time: Duration) {
        let token = self.token();
        self.leg_mut(leg).person.waits_for = WaitsFor::Time(token);
        let at = after(self.now(), time);
        self.agenda.add(at, Due::Person(leg, token));
    }

    fn person_speaks(&mut self, leg: LegId, words: Option<String>, length: Duration) {
        let until = after(self.now(), length);
        self.leg_mut(leg).person.speaks_until = Some(until);
        self.journal(
            leg,
            Event::Speaks {
                words: words.clone(),
                length,
            },
        );
        self.person_waits(leg, length);
        if let Some(words) = &words
            && !self.leg(leg).services.is_empty()
        {
            self.transcribe_live(leg, words);
        }
        match self.leg(leg).activity {
            Activity::Recording(_) => self.voice_in_recording(leg, words.as_deref()),
            Activity::Gathering(_) => self.voice_in_gather(leg, words, until),
            Activity::Conferring => self.voice_in_conference(leg, "participant-speech-start"),
            _ => {}
        }
    }

    /// Keys reach whatever the leg is doing; where no keys are expected they are lost.
    fn press(&mut self, leg: LegId, keys: String) {
        self.journal(leg, Event::Presses { keys: keys.clone() });
        if !self.leg(leg).is_answered() {
            return;
        }
        for key in keys.chars() {
            match self.leg(leg).activity {
                Activity::Gathering(_) => self.key_in_gather(leg, key),
                Activity::Recording(_) => self.key_in_recording(leg, key),
                Activity::Joined if key == '*' => self.star_in_dial(leg),
                _ => {}
            }
        }
    }

    fn is_in_company(&self, leg: LegId) -> bool {
        matches!(
            self.leg(leg).activity,
            Activity::Joined | Activity::Conferring
        )
    }
}
