//! What the engine has counted, in the text format of Prometheus.

use std::fmt::Write as _;

use escalation_core::Counts;

pub(crate) fn text(counts: &Counts) -> String {
    let mut text = String::new();
    for (name, help, value) in [
        ("started", "Processes started", counts.started),
        ("stopped", "Processes stopped", counts.stopped),
        (
            "rejected_requests",
            "Requests refused",
            counts.rejected_requests,
        ),
        ("attempts", "Attempts begun", counts.attempts),
        ("delivered", "Notifications delivered", counts.delivered),
        (
            "retried",
            "Attempts that failed and are made again",
            counts.retried,
        ),
        (
            "dead",
            "Notifications that became dead letters",
            counts.dead,
        ),
        (
            "passed_on",
            "Notifications given up for the next step",
            counts.passed_on,
        ),
        (
            "unknown",
            "Attempts whose outcome is unknown",
            counts.unknown,
        ),
        (
            "skipped",
            "Notifications not sent, their reason being gone",
            counts.skipped,
        ),
        ("deferred", "Notifications put off", counts.deferred),
        (
            "rerouted",
            "Notifications that went over another channel",
            counts.rerouted,
        ),
        (
            "clock_jumps",
            "Times that the clock jumped",
            counts.clock_jumps,
        ),
        ("stale", "Words that came too late", counts.stale),
    ] {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            text,
            "# HELP escalation_{name}_total {help}.\n# TYPE escalation_{name}_total counter\n\
             escalation_{name}_total {value}"
        );
    }
    text
}
