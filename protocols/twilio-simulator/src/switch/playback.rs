//! Saying, playing and keeping silent.

use std::sync::Arc;
use std::time::Duration;

use crate::call::{Heard, Sound};
use crate::simulator::Evidence;
use crate::switch::leg::Activity;
use crate::switch::person::Utterance;
use crate::switch::program::{Prompt, PromptSound};
use crate::switch::{LegId, Switch, Token};
use crate::transcript::Event;

/// Repetitions of something that takes no time would never end.
const SHORTEST_ENDLESS_REPETITION: Duration = Duration::from_millis(100);

/// A DTMF tone with the gap after it.
const TONE: Duration = Duration::from_millis(500);

/// A row of prompts, one of which is heard.
#[derive(Clone, Debug)]
pub(crate) struct Playback {
    prompts: Arc<[Prompt]>,
    item: usize,
    repetition: u32,
    token: Token,
}

impl Playback {
    pub(crate) fn awaits(&self, token: Token) -> bool {
        self.token == token
    }
}

impl Switch {
    /// Plays a document's prompts; the interpreter goes on when they have ended.
    pub(super) fn play(&mut self, leg: LegId, prompts: &Arc<[Prompt]>) {
        match self.start_prompts(leg, prompts) {
            Some(playback) => self.leg_mut(leg).activity = Activity::Playing(playback),
            None => self.run(leg),
        }
    }

    /// Starts on a row of prompts; none if it is empty.
    pub(super) fn start_prompts(
        &mut self,
        leg: LegId,
        prompts: &Arc<[Prompt]>,
    ) -> Option<Playback> {
        let first = prompts.first()?.clone();
        let token = self.sound(leg, &first, 1);
        Some(Playback {
            prompts: Arc::clone(prompts),
            item: 0,
            repetition: 1,
            token,
        })
    }

    /// One repetition of a prompt has ended: the next one, or the next prompt; none at the end.
    pub(super) fn next_prompt(&mut self, leg: LegId, mut playback: Playback) -> Option<Playback> {
        self.sound_ends(leg);
        let prompts = Arc::clone(&playback.prompts);
        let times = prompts.get(playback.item)?.times;
        if times == 0 || playback.repetition < times {
            playback.repetition = playback.repetition.saturating_add(1);
        } else {
            playback.item += 1;
            playback.repetition = 1;
        }
        let prompt = prompts.get(playback.item)?;
        playback.token = self.sound(leg, prompt, playback.repetition);
        Some(playback)
    }

    /// Cuts what is being said or played.
    pub(super) fn cut_sound(&mut self, leg: LegId) {
        let now = self.now();
        let listener = self.leg_mut(leg);
        if listener.utterance.take().is_none() {
            return;
        }
        if let Some(heard) = listener.heard.last_mut() {
            heard.until = Some(now);
            heard.cut = true;
        }
        self.journal(leg, Event::CutOff);
        self.person_misses_the_rest(leg);
    }

    /// Notes that something is heard that has no length of its own.
    pub(super) fn hear(&mut self, leg: LegId, what: Sound) {
        if self.evidence == Evidence::None {
            return;
        }
        let from = self.now();
        self.leg_mut(leg).heard.push(Heard {
            what,
            from,
            until: None,
            times: 1,
            cut: false,
        });
    }

    /// The last thing heard is over.
    pub(super) fn heard_until_now(&mut self, leg: LegId) {
        let now = self.now();
        if let Some(heard) = self.leg_mut(leg).heard.last_mut() {
            heard.until.get_or_insert(now);
        }
    }

    fn sound(&mut self, leg: LegId, prompt: &Prompt, repetition: u32) -> Token {
        let (sound, event, mut length) = match &prompt.sound {
            PromptSound::Silence(length) => return self.timer(leg, *length),
            PromptSound::Tones(tones) => {
                let length = TONE * u32::try_from(tones.len()).unwrap_or(u32::MAX);
                return self.timer(leg, length);
            }
            PromptSound::Speech(text) => (
                Sound::Speech(text.clone()),
                Event::Says { text: text.clone() },
                self.settings.length_of_speech(text),
            ),
            PromptSound::Media(written) => {
                let base = self.leg(leg).frames.last().and_then(|f| f.base.as_ref());
                let resolved = super::urls::resolve(base, written)
                    .map_or_else(|_| written.clone(), String::from);
                let length = self.settings.length_of_media(written, &resolved);
                let event = Event::Plays {
                    url: resolved.clone(),
                };
                (Sound::Media(resolved), event, length)
            }
        };
        if prompt.times == 0 {
            length = length.max(SHORTEST_ENDLESS_REPETITION);
        }
        let (text, at_once) = match &sound {
            Sound::Speech(text) => (text.to_lowercase(), false),
            Sound::Media(url) => (url.to_lowercase(), true),
            _ => (String::new(), false),
        };
        if repetition == 1 {
            self.journal(leg, event);
            self.hear(leg, sound);
        } else if let Some(heard) = self.leg_mut(leg).heard.last_mut() {
            heard.times = heard.times.saturating_add(1);
            heard.until = None;
        }
        self.leg_mut(leg).utterance = Some(Utterance {
            text,
            from: self.now(),
            length,
            at_once,
        });
        self.person_listens(leg);
        self.timer(leg, length)
    }

    fn sound_ends(&mut self, leg: LegId) {
        if self.leg_mut(leg).utterance.take().is_some() {
            self.heard_until_now(leg);
        }
    }
}
