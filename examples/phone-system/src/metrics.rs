//! What is counted and measured, in the text format of Prometheus.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use queue_dispatch::{AgentState, ClassId, OfferStage};
use tokio::time::Instant;

use crate::system::PhoneSystem;

/// The upper bounds of the histogram, in seconds. Twilio gives an answer up after 15.
const BOUNDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0,
];

/// How this server has answered.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    answers: Mutex<BTreeMap<Answered, Histogram>>,
}

/// A page and a status. Pages are those of our routes, so there are only so many.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Answered {
    page: String,
    status: u16,
}

#[derive(Debug, Clone, Copy, Default)]
struct Histogram {
    buckets: [u64; BOUNDS.len()],
    count: u64,
    seconds: f64,
}

impl Histogram {
    fn observe(&mut self, took: Duration) {
        let seconds = took.as_secs_f64();
        self.count += 1;
        self.seconds += seconds;
        for (bucket, bound) in self.buckets.iter_mut().zip(BOUNDS) {
            *bucket += u64::from(seconds <= bound);
        }
    }
}

impl Metrics {
    fn observe(&self, page: &str, status: u16, took: Duration) {
        let page = page.to_owned();
        self.lock()
            .entry(Answered { page, status })
            .or_default()
            .observe(took);
    }

    // Counters of a panicking thread may be one short, which is better than none.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Answered, Histogram>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Measures how each route is answered. What no route is for is not counted: anybody may ask for anything.
pub(crate) async fn measure(
    State(system): State<Arc<PhoneSystem>>,
    request: Request,
    next: Next,
) -> Response {
    let page = request
        .extensions()
        .get::<MatchedPath>()
        .map(|path| path.as_str().to_owned());
    let asked = Instant::now();
    let response = next.run(request).await;
    if let Some(page) = page {
        system
            .metrics
            .observe(&page, response.status().as_u16(), asked.elapsed());
    }
    response
}

/// Everything there is to tell, of this server and of what all servers share.
pub(crate) fn text(system: &PhoneSystem) -> String {
    let mut text = Text::default();
    queue(&mut text, system);
    escalations(&mut text, system);
    answers(&mut text, &system.metrics.lock());
    text.0
}

fn queue(text: &mut Text, system: &PhoneSystem) {
    let now = system.now();
    system.floor.queue.read(|queue| {
        let classes: Vec<(ClassId, String)> = queue
            .config()
            .classes()
            .map(|(class, name)| (class, name.to_owned()))
            .collect();
        text.head(
            "phone_waiting",
            "gauge",
            "Callers who wait in line, by class",
        );
        for (class, name) in &classes {
            text.sample(
                "phone_waiting",
                &[("class", name)],
                queue.waiting_in(*class),
            );
        }
        text.head(
            "phone_longest_wait_seconds",
            "gauge",
            "How long the first in line has waited",
        );
        let longest = queue.longest_wait(now).map_or(0, |wait| wait.num_seconds());
        text.sample("phone_longest_wait_seconds", &[], longest);
        text.head(
            "phone_calls",
            "gauge",
            "Callers whom the queue knows, in whatever state",
        );
        text.sample("phone_calls", &[], queue.calls());
        text.head("phone_agents", "gauge", "Agents, by what they do");
        let mut agents = BTreeMap::from(STATES.map(|(_, name)| (name, 0_u64)));
        for (_, state) in queue.agents() {
            let name = STATES.iter().find(|(known, _)| *known == state);
            *agents
                .entry(name.map_or("other", |(_, name)| name))
                .or_default() += 1;
        }
        for (state, agents) in agents {
            text.sample("phone_agents", &[("state", state)], agents);
        }
        text.head(
            "phone_offers",
            "gauge",
            "Callers offered to agents, by stage",
        );
        let mut offers = BTreeMap::from([("connecting", 0_u64), ("ringing", 0), ("talking", 0)]);
        for (_, stage) in queue.offers() {
            let stage = match stage {
                OfferStage::Ringing => "ringing",
                OfferStage::Connecting => "connecting",
                OfferStage::Talking => "talking",
                _ => "other",
            };
            *offers.entry(stage).or_default() += 1;
        }
        for (stage, offers) in offers {
            text.sample("phone_offers", &[("stage", stage)], offers);
        }
        type Count = fn(&queue_dispatch::Stats) -> u64;
        let counts: [(&str, &str, Count); 5] = [
            (
                "phone_joined_total",
                "Callers who joined the line",
                |stats| stats.joined,
            ),
            (
                "phone_answered_total",
                "Callers connected to an agent",
                |stats| stats.answered,
            ),
            (
                "phone_answered_in_time_total",
                "Callers answered within the service level",
                |stats| stats.answered_in_time,
            ),
            ("phone_abandoned_total", "Callers who gave up", |stats| {
                stats.abandoned
            }),
            (
                "phone_left_total",
                "Callers who asked to be called back",
                |stats| stats.left,
            ),
        ];
        for (metric, help, count) in counts {
            text.head(metric, "counter", help);
            for (class, name) in &classes {
                text.sample(
                    metric,
                    &[("class", name)],
                    count(&queue.class_stats(*class)),
                );
            }
        }
        text.head(
            "phone_queue_version",
            "counter",
            "Events in the queue's log, as far as this server has read it",
        );
        text.sample("phone_queue_version", &[], queue.version());
    });
}

const STATES: [(AgentState, &str); 7] = [
    (AgentState::SignedOut, "signed-out"),
    (AgentState::Break, "break"),
    (AgentState::Paused, "paused"),
    (AgentState::Ready, "ready"),
    (AgentState::Reserved, "reserved"),
    (AgentState::Talking, "talking"),
    (AgentState::WrapUp, "wrap-up"),
];

fn escalations(text: &mut Text, system: &PhoneSystem) {
    let counts = system.escalation_counts();
    for (metric, help, count) in [
        (
            "phone_escalations_started_total",
            "Escalations that this server has started",
            counts.started,
        ),
        (
            "phone_escalations_stopped_total",
            "Escalations that this server has stopped",
            counts.stopped,
        ),
        (
            "phone_escalations_delivered_total",
            "Notices that this server has delivered",
            counts.delivered,
        ),
        (
            "phone_escalations_retried_total",
            "Notices that failed here and are tried again",
            counts.retried,
        ),
        (
            "phone_escalations_dead_total",
            "Notices that were given up here",
            counts.dead,
        ),
    ] {
        text.head(metric, "counter", help);
        text.sample(metric, &[], count);
    }
}

fn answers(text: &mut Text, answers: &BTreeMap<Answered, Histogram>) {
    let metric = "phone_http_answer_seconds";
    text.head(
        metric,
        "histogram",
        "How long answers took, by page and status",
    );
    for (Answered { page, status }, histogram) in answers {
        let status = status.to_string();
        let which = [("page", page.as_str()), ("status", status.as_str())];
        let bounds = BOUNDS.map(|bound| bound.to_string());
        let buckets = bounds.iter().map(String::as_str).zip(histogram.buckets);
        for (bound, count) in buckets.chain([("+Inf", histogram.count)]) {
            let [page, status] = which;
            text.sample(
                &format!("{metric}_bucket"),
                &[page, status, ("le", bound)],
                count,
            );
        }
        text.sample(&format!("{metric}_sum"), &which, histogram.seconds);
        text.sample(&format!("{metric}_count"), &which, histogram.count);
    }
}

/// The text as it grows. Writing to a `String` cannot fail.
#[derive(Debug, Default)]
struct Text(String);

impl Text {
    fn head(&mut self, metric: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {metric} {help}.\n# TYPE {metric} {kind}");
    }

    fn sample(&mut self, metric: &str, labels: &[(&str, &str)], value: impl fmt::Display) {
        self.0 += metric;
        for (index, (label, value)) in labels.iter().enumerate() {
            let before = if index == 0 { '{' } else { ',' };
            // Names of classes and routes are ours, and need no escapes.
            let _ = write!(self.0, "{before}{label}=\"{value}\"");
        }
        let end = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{end} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_in_every_bucket_that_it_fits() {
        let metrics = Metrics::default();
        metrics.observe("/wait", 200, Duration::from_millis(3));
        metrics.observe("/wait", 200, Duration::from_secs(20));
        let mut text = Text::default();
        answers(&mut text, &metrics.lock());
        for line in [
            r#"phone_http_answer_seconds_bucket{page="/wait",status="200",le="0.0025"} 0"#,
            r#"phone_http_answer_seconds_bucket{page="/wait",status="200",le="0.005"} 1"#,
            r#"phone_http_answer_seconds_bucket{page="/wait",status="200",le="15"} 1"#,
            r#"phone_http_answer_seconds_bucket{page="/wait",status="200",le="+Inf"} 2"#,
            r#"phone_http_answer_seconds_count{page="/wait",status="200"} 2"#,
        ] {
            assert!(
                text.0.lines().any(|written| written == line),
                "{line} in\n{}",
                text.0
            );
        }
    }
}
