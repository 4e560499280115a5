//! Walking every path of a menu.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::time::Duration;

use crate::caller::Caller;
use crate::error::Error;
use crate::exploration::{Choice, Exploration, Finding};
use crate::script::Script;
use crate::simulator::Simulator;
use crate::story::without_sids;
use crate::transcript::{Entry, Event, Transcript};

/// Walks every path of an interactive menu: at each question it tries each key, each of some words,
/// silence and hanging up, each in a call of its own against a host of its own.
///
/// Two questions are the same if the same document, by URL and verbs, has said the same words until
/// then; what follows them is looked at once. A host that counts attempts in a session may so hide
/// a difference: give the count to the URL, or explore to a greater depth with fewer keys.
///
/// ```
/// # use std::sync::Arc;
/// # use twilio_simulator::{Document, Documents, Error, NumberConfig, Simulator};
/// use twilio_simulator::Explorer;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// let stage = || async {
///     # let page = |path: &str, verbs: &str| Document::new(
///     #     format!("http://pbx.test{path}"), format!("<Response>{verbs}</Response>"));
///     # let host = Documents::new()
///     #     .with(page("/voice", r#"<Gather numDigits="1" action="/menu"><Say>Press 1</Say></Gather>"#))
///     #     .with(page("/menu", "<Say>Goodbye</Say><Hangup/>").when("Digits", "1"))
///     #     .with(page("/menu", "<Redirect>/voice</Redirect>"));
///     let mut sim = Simulator::builder("AC0123456789abcdef0123456789abcdef", "auth token")
///         # .transport(Arc::new(host))
///         .build().await?;
///     sim.number("+442079460000", NumberConfig::new("http://pbx.test/voice"))?;
///     Ok(sim)
/// };
/// let found = Explorer::new("+447700900001", "+442079460000", stage).keys("12").explore().await?;
/// assert_eq!(found.questions, 1);
/// assert_eq!(found.dead_ends[0].to_string(), "(nothing): the document has no more verbs");
/// assert!(found.loops.is_empty() && found.errors.is_empty());
/// # Ok(())
/// # }
/// ```
pub struct Explorer<F> {
    stage: F,
    from: String,
    to: String,
    choices: Vec<Choice>,
    words: Vec<Choice>,
    depth: usize,
    calls: usize,
    patience: Duration,
    documents: Vec<String>,
}

/// What a call came to after its choices.
enum Outcome {
    /// Another question.
    Asked(String),
    /// Something that is not a question, and what is wrong with it.
    Over(Option<&'static str>),
}

impl<F, Staged> Explorer<F>
where
    F: Fn() -> Staged,
    Staged: Future<Output = Result<Simulator, Error>>,
{
    /// Explores what a caller meets at a number of the scenario that this sets up, with a new host
    /// each time.
    #[must_use]
    pub fn new(from: impl Into<String>, to: impl Into<String>, stage: F) -> Self {
        Self {
            stage,
            from: from.into(),
            to: to.into(),
            choices: "0123456789*#"
                .chars()
                .map(|key| Choice::Keys(key.into()))
                .collect(),
            words: Vec::new(),
            depth: 8,
            calls: 10_000,
            patience: Duration::from_secs(600),
            documents: Vec::new(),
        }
    }

    /// The keys to try, each by itself. Default: all twelve.
    #[must_use]
    pub fn keys(mut self, keys: &str) -> Self {
        self.choices = keys.chars().map(|key| Choice::Keys(key.into())).collect();
        self
    }

    /// Keys to try as one answer, such as a number of an extension; beside single keys.
    #[must_use]
    pub fn number(mut self, keys: impl Into<String>) -> Self {
        self.choices.push(Choice::Keys(keys.into()));
        self
    }

    /// Words to try.
    #[must_use]
    pub fn says(mut self, words: impl Into<String>) -> Self {
        self.words.push(Choice::Words(words.into()));
        self
    }

    /// How many questions deep to go. Default: 8.
    #[must_use]
    pub fn depth(mut self, questions: usize) -> Self {
        self.depth = questions;
        self
    }

    /// How many calls to make at most. Default: 10,000.
    #[must_use]
    pub fn at_most(mut self, calls: usize) -> Self {
        self.calls = calls;
        self
    }

    /// How long a caller waits in a queue or for an answer. Default: ten minutes.
    #[must_use]
    pub fn patience(mut self, time: Duration) -> Self {
        self.patience = time;
        self
    }

    /// URLs of documents that some path should ask for; without their query.
    #[must_use]
    pub fn documents<U: Into<String>>(mut self, urls: impl IntoIterator<Item = U>) -> Self {
        self.documents.extend(urls.into_iter().map(Into::into));
        self
    }

    /// Makes the calls.
    ///
    /// # Errors
    /// Whatever the stage or a run returns.
    pub async fn explore(&self) -> Result<Exploration, Error> {
        let mut found = Exploration::default();
        let mut paths = VecDeque::from([Vec::new()]);
        // The shortest path to each question, and what leads from where to where.
        let mut questions: BTreeMap<String, Vec<Choice>> = BTreeMap::new();
        let mut edges: Vec<(String, Choice, Option<String>)> = Vec::new();
        let mut behind: BTreeMap<Vec<Choice>, String> = BTreeMap::new();
        let mut open = BTreeSet::new();
        let mut requested = BTreeSet::new();
        let mut logged = BTreeSet::new();
        while let Some(path) = paths.pop_front() {
            if found.calls == self.calls {
                let what = format!("{} calls have been made", self.calls);
                found.cut.push(Finding { path, what });
                break;
            }
            found.calls += 1;
            let (transcript, outcome) = self.walk(&path).await?;
            requested.extend(transcript.requests().map(|r| bare(&r.url).to_owned()));
            note_errors(&transcript, &path, &mut logged, &mut found);
            let state = match &outcome {
                Outcome::Asked(state) => Some(state.clone()),
                Outcome::Over(_) => None,
            };
            if let Some((choice, before)) = path.split_last()
                && let Some(from) = behind.get(before)
            {
                edges.push((from.clone(), choice.clone(), state.clone()));
            }
            match outcome {
                Outcome::Over(None) => {}
                Outcome::Over(Some(what)) => found.dead_ends.push(Finding {
                    path,
                    what: what.to_owned(),
                }),
                Outcome::Asked(state) if questions.contains_key(&state) => {}
                Outcome::Asked(state) if path.len() == self.depth => {
                    open.insert(state);
                    let what = format!("there is a question after {} others", self.depth);
                    found.cut.push(Finding { path, what });
                }
                Outcome::Asked(state) => {
                    questions.insert(state.clone(), path.clone());
                    behind.insert(path.clone(), state);
                    let choices = self.choices.iter().chain(&self.words);
                    for choice in choices.chain([&Choice::Nothing]) {
                        let mut longer = path.clone();
                        longer.push(choice.clone());
                        paths.push_back(longer);
                    }
                }
            }
        }
        found.questions = questions.len();
        let complete = paths.is_empty();
        if complete {
            found.loops = loops(&questions, &edges, &open);
        }
        let missing = self
            .documents
            .iter()
            .filter(|url| !requested.contains(bare(url)));
        found.unreachable = missing.cloned().collect();
        Ok(found)
    }

    /// One call, which hangs up at the first question after its choices.
    async fn walk(&self, path: &[Choice]) -> Result<(Transcript, Outcome), Error> {
        let mut sim = (self.stage)().await?;
        let mut script = Script::new().gives_up_after(self.patience);
        for choice in path {
            script = script.is_asked();
            script = match choice {
                Choice::Keys(keys) => script.presses(keys),
                Choice::Words(words) => script.says(words),
                Choice::Nothing | Choice::HangsUp => script,
            };
        }
        let caller = Caller::from(&self.from).to(&self.to);
        let caller = caller.does(script.is_asked().hangs_up());
        let begins = sim.now();
        let sid = sim.call_at(begins, caller)?;
        sim.run_until_idle().await?;
        let transcript = sim.transcript();
        let own: Vec<&Entry> = transcript.of(&sid).collect();
        let hung_up = own.iter().find(|entry| entry.event == Event::HangsUp);
        let outcome = match hung_up {
            Some(entry) if (entry.at - begins).to_std() != Ok(self.patience) => {
                Outcome::Asked(question(&own))
            }
            // Whoever loses patience waits for somebody.
            Some(_) => Outcome::Over(None),
            None => Outcome::Over(silent_end(&own)),
        };
        Ok((transcript, outcome))
    }
}

/// The document at whose question a call was hung up, and what it has said until then.
fn question(own: &[&Entry]) -> String {
    let mut state = String::new();
    for entry in own {
        match &entry.event {
            Event::Request(request) => state = format!("{} {}", request.method, request.url),
            Event::Answer(answer) => state = format!("{state}: {}", answer.summary),
            Event::Says { text } => state = format!("{state} “{text}”"),
            Event::Plays { url } => state = format!("{state} {url}"),
            Event::HangsUp => break,
            _ => {}
        }
    }
    without_sids(&state)
}

/// What is wrong with the end of a call that its caller did not end.
fn silent_end(own: &[&Entry]) -> Option<&'static str> {
    let mut verbs = "";
    for entry in own {
        match &entry.event {
            Event::Answer(answer) => verbs = &answer.summary,
            Event::Joined { .. }
            | Event::JoinsQueue { .. }
            | Event::Beeps
            | Event::ErrorMessage => return None,
            _ => {}
        }
    }
    let is_meant = verbs.split(", ").any(|verb| {
        ["Hangup", "Reject", "Conference"]
            .iter()
            .any(|end| verb.contains(end))
    });
    (!is_meant).then_some("the document has no more verbs")
}

/// Each entry of the error log once, with the shortest path to it.
fn note_errors(
    transcript: &Transcript,
    path: &[Choice],
    logged: &mut BTreeSet<String>,
    found: &mut Exploration,
) {
    let mut path = path.to_vec();
    for entry in transcript.entries() {
        match &entry.event {
            Event::HangsUp => path.push(Choice::HangsUp),
            Event::Logged { code, message } => {
                let what = without_sids(&match code {
                    0 => message.clone(),
                    code => format!("{code}: {message}"),
                });
                if logged.insert(what.clone()) {
                    let path = path.clone();
                    found.errors.push(Finding { path, what });
                }
            }
            _ => {}
        }
    }
}

/// Questions that no choice leads out of, and those that silence never leaves.
fn loops(
    questions: &BTreeMap<String, Vec<Choice>>,
    edges: &[(String, Choice, Option<String>)],
    open: &BTreeSet<String>,
) -> Vec<Finding> {
    let ways_out = |only_silence: bool| {
        let mut out: BTreeSet<&str> = open.iter().map(String::as_str).collect();
        loop {
            let before = out.len();
            for (from, choice, to) in edges {
                let counts = !only_silence || *choice == Choice::Nothing;
                if counts && to.as_deref().is_none_or(|to| out.contains(to)) {
                    out.insert(from);
                }
            }
            if out.len() == before {
                return out;
            }
        }
    };
    let (any, silent) = (ways_out(false), ways_out(true));
    let finding = |path: &Vec<Choice>, what: &str| Finding {
        path: path.clone(),
        what: what.to_owned(),
    };
    let mut loops: Vec<Finding> = questions
        .iter()
        .filter_map(|(state, path)| {
            if !any.contains(state.as_str()) {
                Some(finding(path, "no choice ever leads out"))
            } else if !silent.contains(state.as_str()) {
                Some(finding(path, "whoever does nothing is asked for ever"))
            } else {
                None
            }
        })
        .collect();
    loops.sort_by_key(|finding| (finding.path.len(), finding.path.clone()));
    loops
}

fn bare(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or(url)
}

impl<F> fmt::Debug for Explorer<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explorer")
            .field("to", &self.to)
            .field("depth", &self.depth)
            .finish_non_exhaustive()
    }
}
