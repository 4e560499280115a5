//! `<Gather>`: keys and speech.
//!
//! Twilio's page, as checked against other implementations: the timeout starts when the nested
//! prompts have ended or at the first key, and again at every key; the first key cuts the prompt;
//! `finishOnKey` is not part of the digits, and as the very first key it falls through to the next
//! verb without a request; so does silence, unless `actionOnEmptyResult` is set.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use twilio_webhook::Params;

use crate::switch::leg::Activity;
use crate::switch::playback::Playback;
use crate::switch::program::Gather;
use crate::switch::{LegId, Switch, Token};
use crate::transcript::Purpose;

/// The confidence that is reported of all speech: scripts speak clearly.
const CONFIDENCE: &str = "0.9";

/// A `<Gather>` under way.
#[derive(Debug)]
pub(crate) struct Gathering {
    gather: Arc<Gather>,
    prompt: Option<Playback>,
    /// Runs when no prompt does.
    timeout: Option<Token>,
    digits: String,
    words: Option<String>,
    /// When the person began to speak.
    spoke_at: Option<DateTime<Utc>>,
    /// Runs until what is being said has been recognised so far, and how often that was told.
    partial: Option<Token>,
    partials: u32,
}

impl Gathering {
    pub(crate) fn awaits(&self, token: Token) -> bool {
        self.timeout == Some(token)
            || self.partial == Some(token)
            || self.prompt.as_ref().is_some_and(|p| p.awaits(token))
    }
}

impl Switch {
    pub(super) fn gather(&mut self, leg: LegId, gather: Arc<Gather>) {
        let prompt = self.start_prompts(leg, &gather.prompts);
        let timeout = match prompt {
            Some(_) => None,
            None => Some(self.timer(leg, gather.timeout)),
        };
        self.leg_mut(leg).activity = Activity::Gathering(Gathering {
            gather,
            prompt,
            timeout,
            digits: String::new(),
            words: None,
            spoke_at: None,
            partial: None,
            partials: 0,
        });
        self.person_is_asked(leg);
    }

    /// A prompt has ended, or the time for input is over.
    pub(super) fn gather_timer(&mut self, leg: LegId, mut gathering: Gathering, token: Token) {
        if gathering.partial == Some(token) {
            gathering.partial = None;
            self.tell_partial_result(leg, &mut gathering);
            self.leg_mut(leg).activity = Activity::Gathering(gathering);
            return;
        }
        let Some(playback) = gathering.prompt.take() else {
            return self.gathered(leg, gathering, None);
        };
        gathering.prompt = self.next_prompt(leg, playback);
        if gathering.prompt.is_none() {
            gathering.timeout = Some(match gathering.words {
                // Speech that did not cut the prompt: what follows it ends the input.
                Some(_) => self.timer(leg, gathering.gather.speech_timeout),
                None => self.timer(leg, gathering.gather.timeout),
            });
        }
        self.leg_mut(leg).activity = Activity::Gathering(gathering);
    }

    pub(super) fn key_in_gather(&mut self, leg: LegId, key: char) {
        let Some(mut gathering) = self.take_gathering(leg) else {
            return;
        };
        // With both kinds of input, the one that comes first wins.
        if !gathering.gather.keys || gathering.words.is_some() {
            self.leg_mut(leg).activity = Activity::Gathering(gathering);
            return;
        }
        if gathering.prompt.take().is_some() {
            self.cut_sound(leg);
        }
        if gathering.gather.finish_on_key == Some(key) {
            return self.gathered(leg, gathering, Some(key));
        }
        gathering.digits.push(key);
        if gathering.gather.num_digits == Some(gathering.digits.len()) {
            return self.gathered(leg, gathering, None);
        }
        gathering.timeout = Some(self.timer(leg, gathering.gather.timeout));
        self.leg_mut(leg).activity = Activity::Gathering(gathering);
    }

    /// The person speaks until an instant; a silence after it ends the input.
    pub(super) fn voice_in_gather(
        &mut self,
        leg: LegId,
        words: Option<String>,
        until: DateTime<Utc>,
    ) {
        let Some(mut gathering) = self.take_gathering(leg) else {
            return;
        };
        if let Some(words) = words
            && gathering.gather.speech
            && gathering.digits.is_empty()
        {
            if gathering.gather.barge_in && gathering.prompt.take().is_some() {
                self.cut_sound(leg);
            }
            let now = self.now();
            let speaks = (until - now).to_std().unwrap_or_default();
            let began = *gathering.spoke_at.get_or_insert(now);
            let spoken = (now - began).to_std().unwrap_or_default();
            let rest = gathering.gather.max_speech.saturating_sub(spoken);
            let silence = gathering.gather.speech_timeout;
            if gathering.prompt.is_none() {
                let time = speaks.saturating_add(silence).min(rest);
                gathering.timeout = Some(self.timer(leg, time));
            }
            if gathering.gather.partial_results.is_some() {
                gathering.partial = Some(self.timer(leg, speaks.min(rest)));
            }
            gathering.words = Some(match gathering.words.take() {
                Some(before) => format!("{before} {words}"),
                None => words,
            });
        }
        self.leg_mut(leg).activity = Activity::Gathering(gathering);
    }

    /// Tells of the words recognised so far; once for each thing said, when its last word is out.
    fn tell_partial_result(&mut self, leg: LegId, gathering: &mut Gathering) {
        let Some(link) = &gathering.gather.partial_results else {
            return;
        };
        let words = gathering.words.as_deref().unwrap_or_default();
        let own = Params::new()
            .with("UnstableSpeechResult", words)
            .with("Stability", CONFIDENCE)
            .with("SequenceNumber", gathering.partials);
        gathering.partials += 1;
        match self.follow(leg, link) {
            Ok(endpoint) => self.notify(leg, endpoint, own, Purpose::StatusCallback),
            Err(problem) => self.journal_log(leg, 11100, problem),
        }
    }

    fn take_gathering(&mut self, leg: LegId) -> Option<Gathering> {
        let activity = &mut self.leg_mut(leg).activity;
        match std::mem::replace(activity, Activity::Idle) {
            Activity::Gathering(gathering) => Some(gathering),
            other => {
                *activity = other;
                None
            }
        }
    }

    fn gathered(&mut self, leg: LegId, gathering: Gathering, finished_on: Option<char>) {
        let gather = gathering.gather;
        let mut own = Params::new();
        if let Some(words) = gathering.words {
            own.push("SpeechResult", words);
            own.push("Confidence", CONFIDENCE);
        } else if !gathering.digits.is_empty() {
            own.push("Digits", gathering.digits);
        } else if !gather.action_on_empty_result {
            return self.run(leg);
        }
        if let Some(key) = finished_on {
            own.push("FinishedOnKey", key);
        }
        match self.endpoint(leg, gather.action.as_deref(), gather.method.clone()) {
            Ok(action) => self.continue_at(leg, action, own),
            Err(problem) => self.fatal(leg, 11100, &problem),
        }
    }
}
