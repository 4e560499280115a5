//! Calls as they go on, in the terminal: the story line by line, and below it a line for each call
//! that is still alive.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::time::Duration;

use chrono::{DateTime, Utc};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use twilio_simulator::{CallSid, Entry, Event, Narrator, Spectator, VirtualClock};

/// How often the terminal is brought up to date.
const REFRESH: Duration = Duration::from_millis(100);

/// More live calls than this are not shown one by one.
const LINES: usize = 16;

/// Shows a simulation.
pub(crate) struct Watch {
    spectator: Spectator,
    clock: VirtualClock,
    narrator: Narrator,
    seen: usize,
    lines: MultiProgress,
    alive: HashMap<CallSid, (DateTime<Utc>, ProgressBar)>,
}

impl Watch {
    pub(crate) fn new(spectator: Spectator, clock: VirtualClock) -> Self {
        Self {
            spectator,
            clock,
            narrator: Narrator::new(),
            seen: 0,
            lines: MultiProgress::new(),
            alive: HashMap::new(),
        }
    }

    /// Shows what happens until the future is done, and hands on its result.
    pub(crate) async fn during<T>(mut self, run: impl Future<Output = T>) -> T {
        tokio::pin!(run);
        let mut refresh = tokio::time::interval(REFRESH);
        loop {
            tokio::select! {
                result = &mut run => {
                    self.show();
                    for (_, line) in self.alive.values() {
                        line.finish_and_clear();
                    }
                    return result;
                }
                _ = refresh.tick() => self.show(),
            }
        }
    }

    fn show(&mut self) {
        for entry in self.spectator.entries_after(self.seen) {
            self.seen += 1;
            let told = self.narrator.tell(&entry);
            if std::io::stdout().is_terminal() {
                // `MultiProgress` keeps what it prints apart from the lines below.
                let _ = self.lines.println(told.trim_end());
                self.bring_up_to_date(&entry, &told);
            } else {
                print!("{told}");
            }
        }
        let now = self.clock.now();
        for (began, line) in self.alive.values() {
            let seconds = (now - began).num_seconds();
            line.set_prefix(format!("{:02}:{:02}", seconds / 60, seconds % 60));
        }
    }

    fn bring_up_to_date(&mut self, entry: &Entry, told: &str) {
        let Some(call) = entry.call else {
            return;
        };
        if let Event::Ended { .. } = entry.event {
            if let Some((_, line)) = self.alive.remove(&call) {
                line.finish_and_clear();
            }
            return;
        }
        if !self.alive.contains_key(&call) {
            if self.alive.len() == LINES {
                return;
            }
            let line = self.lines.add(ProgressBar::no_length());
            if let Ok(style) = ProgressStyle::with_template("  {prefix:.green} {wide_msg}") {
                line.set_style(style);
            }
            self.alive.insert(call, (entry.at, line));
        }
        if let Some((_, line)) = self.alive.get(&call) {
            let last = told.trim_end().lines().last().unwrap_or_default();
            // The line begins with the time, which the line of a live call shows in its own way.
            let (_, what) = last.split_once("  ").unwrap_or_default();
            line.set_message(what.to_owned());
        }
    }
}
