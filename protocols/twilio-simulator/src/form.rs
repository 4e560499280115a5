//! How scripts, callers and phones are written down, for files: the serde forms behind
//! [`Script`], [`Answers`] and [`Caller`].
//!
//! All times are in seconds, fractions allowed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::answers::{Answers, Outcome};
use crate::caller::{Caller, Signature};
use crate::script::{Script, Step};

/// A script: a list of steps, or one with a limit to somebody's patience.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum ScriptForm {
    Steps(Vec<Step>),
    Limited(Limited),
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limited {
    #[serde(default)]
    steps: Vec<Step>,
    #[serde(with = "seconds")]
    gives_up_after: Duration,
}

impl From<ScriptForm> for Script {
    fn from(form: ScriptForm) -> Self {
        let (steps, patience) = match form {
            ScriptForm::Steps(steps) => (steps, None),
            ScriptForm::Limited(limited) => (limited.steps, Some(limited.gives_up_after)),
        };
        let mut script = Self::new();
        for step in steps {
            script.push(step);
        }
        if let Some(patience) = patience {
            script.set_patience(patience);
        }
        script
    }
}

impl From<Script> for ScriptForm {
    fn from(script: Script) -> Self {
        let steps = script.steps().to_vec();
        match script.patience() {
            None => Self::Steps(steps),
            Some(gives_up_after) => Self::Limited(Limited {
                steps,
                gives_up_after,
            }),
        }
    }
}

// Read by hand, as serde's `untagged` would not say which word it does not know.
impl<'de> Deserialize<'de> for ScriptForm {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Form;

        impl<'de> Visitor<'de> for Form {
            type Value = ScriptForm;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of steps, or an object with steps and gives_up_after")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, steps: A) -> Result<ScriptForm, A::Error> {
                Deserialize::deserialize(SeqAccessDeserializer::new(steps)).map(ScriptForm::Steps)
            }

            fn visit_map<A: MapAccess<'de>>(self, limited: A) -> Result<ScriptForm, A::Error> {
                Deserialize::deserialize(MapAccessDeserializer::new(limited))
                    .map(ScriptForm::Limited)
            }
        }

        from.deserialize_any(Form)
    }
}

/// A phone: one word, or an object.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum AnswersForm {
    #[serde(skip_serializing)]
    Word(AnswersWord),
    Object(AnswersObject),
}

impl<'de> Deserialize<'de> for AnswersForm {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Form;

        impl<'de> Visitor<'de> for Form {
            type Value = AnswersForm;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("one of answers, busy, fails and never, or an object")
            }

            fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<AnswersForm, E> {
                Deserialize::deserialize(word.into_deserializer()).map(AnswersForm::Word)
            }

            fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<AnswersForm, A::Error> {
                Deserialize::deserialize(MapAccessDeserializer::new(object))
                    .map(AnswersForm::Object)
            }
        }

        from.deserialize_any(Form)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AnswersWord {
    Answers,
    Busy,
    Fails,
    Never,
}

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswersObject {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    one_of: Option<Vec<Answers>>,
    #[serde(
        default,
        with = "maybe_seconds",
        skip_serializing_if = "Option::is_none"
    )]
    answers_after: Option<Duration>,
    #[serde(
        default,
        with = "maybe_seconds",
        skip_serializing_if = "Option::is_none"
    )]
    busy_after: Option<Duration>,
    #[serde(
        default,
        with = "maybe_seconds",
        skip_serializing_if = "Option::is_none"
    )]
    fails_after: Option<Duration>,
    #[serde(
        default,
        with = "maybe_seconds",
        skip_serializing_if = "Option::is_none"
    )]
    rings_after: Option<Duration>,
    #[serde(default, skip_serializing_if = "is_silent")]
    then: Script,
}

fn is_silent(script: &Script) -> bool {
    *script == Script::new()
}

impl TryFrom<AnswersForm> for Answers {
    type Error = &'static str;

    fn try_from(form: AnswersForm) -> Result<Self, Self::Error> {
        let object = match form {
            AnswersForm::Word(AnswersWord::Answers) => return Ok(Self::after(Duration::ZERO)),
            AnswersForm::Word(AnswersWord::Busy) => return Ok(Self::busy()),
            AnswersForm::Word(AnswersWord::Fails) => return Ok(Self::fails()),
            AnswersForm::Word(AnswersWord::Never) => return Ok(Self::never()),
            AnswersForm::Object(object) => object,
        };
        if let Some(ways) = object.one_of {
            if ways.is_empty() {
                return Err("one_of needs at least one way to answer");
            }
            return Ok(Self::one_of(ways));
        }
        let mut answers = match (object.answers_after, object.busy_after, object.fails_after) {
            (Some(time), None, None) => Self::after(time),
            (None, Some(time), None) => Self::busy_after(time),
            (None, None, Some(time)) => Self::fails_after(time),
            (None, None, None) => Self::never(),
            _ => return Err("answers_after, busy_after and fails_after exclude each other"),
        };
        if let Some(time) = object.rings_after {
            answers = answers.rings_after(time);
        }
        Ok(answers.then(object.then))
    }
}

impl From<Answers> for AnswersForm {
    fn from(answers: Answers) -> Self {
        if !answers.alternatives.is_empty() {
            return Self::Object(AnswersObject {
                one_of: Some(answers.alternatives),
                ..AnswersObject::default()
            });
        }
        let mut object = AnswersObject {
            rings_after: answers.rings_after,
            then: answers.script,
            ..AnswersObject::default()
        };
        match answers.outcome {
            Outcome::Answered(time) => object.answers_after = Some(time),
            Outcome::Busy(time) => object.busy_after = Some(time),
            Outcome::Failed(time) => object.fails_after = Some(time),
            Outcome::Never => {}
        }
        Self::Object(object)
    }
}

/// A caller.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CallerForm {
    from: String,
    to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(default, skip_serializing_if = "is_silent")]
    does: Script,
    #[serde(
        default,
        with = "maybe_seconds",
        skip_serializing_if = "Option::is_none"
    )]
    gives_up_after: Option<Duration>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    parameters: BTreeMap<String, String>,
    #[serde(default)]
    forged: bool,
}

impl From<CallerForm> for Caller {
    fn from(form: CallerForm) -> Self {
        let mut caller = Self::from(form.from).to(form.to).does(form.does);
        caller.name = form.name;
        if let Some(patience) = form.gives_up_after {
            caller = caller.gives_up_after(patience);
        }
        caller.parameters = form.parameters.into_iter().collect();
        if form.forged { caller.forged() } else { caller }
    }
}

impl From<Caller> for CallerForm {
    fn from(caller: Caller) -> Self {
        Self {
            from: caller.from,
            to: caller.to,
            name: caller.name,
            does: caller.script,
            gives_up_after: None,
            parameters: caller.parameters.into_iter().collect(),
            forged: caller.signature == Signature::Forged,
        }
    }
}

/// A time in seconds.
pub(crate) mod seconds {
    use std::time::Duration;

    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
        if time.subsec_nanos() == 0 {
            to.serialize_u64(time.as_secs())
        } else {
            to.serialize_f64(time.as_secs_f64())
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        parse(f64::deserialize(from)?).map_err(D::Error::custom)
    }

    pub(super) fn parse(seconds: f64) -> Result<Duration, String> {
        Duration::try_from_secs_f64(seconds)
            .map_err(|error| format!("{seconds} is no time in seconds: {error}"))
    }
}

mod maybe_seconds {
    use std::time::Duration;

    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        time: &Option<Duration>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::seconds::serialize(time, to),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Duration>, D::Error> {
        Option::<f64>::deserialize(from)?
            .map(super::seconds::parse)
            .transpose()
            .map_err(D::Error::custom)
    }
}

/// Two times in seconds, the lesser first.
pub(crate) mod times {
    use std::ops::RangeInclusive;
    use std::time::Duration;

    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        times: &RangeInclusive<Duration>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        [times.start().as_secs_f64(), times.end().as_secs_f64()].serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<RangeInclusive<Duration>, D::Error> {
        let [least, most] = <[f64; 2]>::deserialize(from)?;
        if least > most {
            return Err(D::Error::custom(format!("{least} is more than {most}")));
        }
        let parse = |time| super::seconds::parse(time).map_err(D::Error::custom);
        Ok(parse(least)?..=parse(most)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn every_step_has_its_words() {
        let script: Script = serde_json::from_str(
            r##"[{"hears": "press 1"}, "is_asked", {"waits": 1.5}, {"waits_between": [1, 5]},
                {"waits_until": 9}, {"presses": "1#"}, {"says": "sales"}, {"speaks_for": 20},
                "gets_through", {"one_of": [[{"presses": "2"}], {"gives_up_after": 60}]}, "hangs_up"]"##,
        )
        .unwrap();
        let built = Script::new()
            .hears("press 1")
            .is_asked()
            .waits(Duration::from_millis(1_500))
            .waits_between(secs(1)..=secs(5))
            .waits_until(secs(9))
            .presses("1#")
            .says("sales")
            .speaks_for(secs(20))
            .gets_through()
            .one_of([
                Script::new().presses("2"),
                Script::new().gives_up_after(secs(60)),
            ])
            .hangs_up();
        assert_eq!(script, built);
        let written = serde_json::to_string(&built).unwrap();
        assert_eq!(serde_json::from_str::<Script>(&written).unwrap(), built);
    }

    #[test]
    fn phones_are_a_word_or_an_object() {
        let read = |text: &str| serde_json::from_str::<Answers>(text);
        assert_eq!(read(r#""busy""#).unwrap(), Answers::busy());
        assert_eq!(read(r#""never""#).unwrap(), Answers::never());
        assert_eq!(
            read(r#"{"answers_after": 3, "rings_after": 1, "then": ["hangs_up"]}"#).unwrap(),
            Answers::after(secs(3))
                .rings_after(secs(1))
                .then(Script::new().hangs_up())
        );
        let any = read(r#"{"one_of": ["busy", {"answers_after": 3}]}"#).unwrap();
        let written = serde_json::to_string(&any).unwrap();
        assert_eq!(read(&written).unwrap(), any);
        assert!(read(r#"{"answers_after": 3, "busy_after": 2}"#).is_err());
        assert!(read(r#"{"answers_after": -3}"#).is_err());
        assert!(read(r#"{"one_of": []}"#).is_err());
        assert!(read(r#"{"answers": 3}"#).is_err());
    }

    #[test]
    fn a_word_that_is_not_known_is_named() {
        let error = serde_json::from_str::<Script>(r#"["is_asked", {"press": "1"}]"#).unwrap_err();
        assert!(
            error.to_string().contains("unknown variant `press`"),
            "{error}"
        );
        let error = serde_json::from_str::<Answers>(r#""engaged""#).unwrap_err();
        assert!(
            error.to_string().contains("unknown variant `engaged`"),
            "{error}"
        );
    }

    #[test]
    fn a_caller_comes_back_as_it_was_written() {
        let caller = Caller::from("+15550001001")
            .to("+15550009001")
            .named("Mrs Hall")
            .parameter("FromCountry", "GB")
            .presses("1")
            .gives_up_after(secs(180))
            .forged();
        let written = serde_json::to_string(&caller).unwrap();
        assert_eq!(serde_json::from_str::<Caller>(&written).unwrap(), caller);
        let unknown = r#"{"from": "+15550001001", "to": "+15550009001", "press": "1"}"#;
        assert!(serde_json::from_str::<Caller>(unknown).is_err());
    }
}
