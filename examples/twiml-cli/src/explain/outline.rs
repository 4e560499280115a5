//! Steps with details, as text and as JSON.

use serde::Serialize;

use crate::output::{Ink, Paint, visible};

/// What a document does, step by step.
#[derive(Debug, Serialize)]
pub(super) struct Outline {
    /// `voice` or `messaging`.
    pub(super) family: &'static str,
    pub(super) steps: Vec<Step>,
    /// What comes after the last step that runs; `None` if that step itself says so.
    pub(super) end: Option<&'static str>,
}

/// One verb, noun or remark.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Step {
    /// What happens.
    pub(super) text: String,
    /// Why it never happens, if so.
    pub(super) never_runs: Option<String>,
    pub(super) details: Vec<Self>,
}

impl Step {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            never_runs: None,
            details: Vec::new(),
        }
    }

    /// With a detail below it.
    pub(super) fn detail(mut self, detail: impl Into<Self>) -> Self {
        self.details.push(detail.into());
        self
    }

    /// With these details below it.
    pub(super) fn details(mut self, details: impl IntoIterator<Item = Self>) -> Self {
        self.details.extend(details);
        self
    }

    /// With a detail below it, where there is something to say.
    pub(super) fn maybe<T>(self, value: Option<T>, say: impl FnOnce(T) -> String) -> Self {
        match value {
            Some(value) => self.detail(say(value)),
            None => self,
        }
    }
}

impl From<String> for Step {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Step {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl Outline {
    /// Marks what a lint of the verbs calls unreachable. `verbs` holds, for each step, the bytes of its verb
    /// in a document that has one more verb behind them; `finding` is where that document becomes
    /// unreachable, counted from the first verb, and why.
    pub(super) fn mark(&mut self, verbs: &[usize], finding: Option<(usize, String)>) {
        let Some((offset, why)) = finding else {
            return;
        };
        self.end = None;
        let mut at = 0;
        for (step, bytes) in self.steps.iter_mut().zip(verbs) {
            if at >= offset {
                step.never_runs = Some(why.clone());
            }
            at += bytes;
        }
    }

    /// A heading and numbered steps.
    pub(super) fn text(&self, name: &str, paint: Paint) -> String {
        let heading = format!(
            "{}: answer to a {}",
            visible(name),
            match self.family {
                "messaging" => "message",
                _ => "call",
            }
        );
        let mut out = paint.ink(Ink::Bold, &heading) + "\n";
        if self.steps.is_empty() {
            out += "  nothing happens\n";
        }
        let mut said = None;
        for (number, step) in (1..).zip(&self.steps) {
            step.write(&mut out, &format!("  {number}. "), 5, said, paint);
            said = step.never_runs.as_deref();
        }
        if let Some(end) = self.end {
            out += &format!("  end: {end}\n");
        }
        out
    }
}

impl Step {
    /// `said` is why the step before never runs: what is the same is not said again.
    fn write(&self, out: &mut String, lead: &str, indent: usize, said: Option<&str>, paint: Paint) {
        let text = visible(&self.text);
        match &self.never_runs {
            None => *out += &format!("{lead}{text}\n"),
            Some(why) => {
                let why = if said == Some(why) {
                    String::new()
                } else {
                    format!(" ({})", visible(why))
                };
                let warning = paint.ink(Ink::Yellow, &format!("never runs{why}:"));
                *out += &format!("{lead}{warning} {}\n", paint.ink(Ink::Dim, &text));
            }
        }
        for detail in &self.details {
            detail.write(out, &format!("{:indent$}- ", ""), indent + 2, None, paint);
        }
    }
}
