//! The cookbook's table, decision and TwiML, row by row; and what the default mode does instead.

use cookbook_loop::{Loop, caller_waits, rep_answers};
use queue_dispatch::{ClassId, RepLoop};

const PREMIUM: &str = "QU00000000000000000000000000000001";
const REGULAR: &str = "QU00000000000000000000000000000002";

fn body(twiml: twiml::VoiceResponse) -> String {
    let xml = twiml.to_xml().unwrap_or_default();
    let body = xml
        .split_once("<Response>")
        .map(|(_, rest)| rest.to_owned());
    body.unwrap_or_default().replace("</Response>", "")
}

fn dials(queue: &str, attempt: &str) -> String {
    format!(
        "<Dial action=\"/rep?attempt={attempt}\" method=\"GET\" timeout=\"5\"><Queue>{queue}</Queue></Dial>"
    )
}

#[test]
fn the_cookbooks_table_as_twiml() {
    let reps = Loop::new(RepLoop::cookbook(PREMIUM, REGULAR), ["premium", "regular"]);
    let rows: [(&[(&str, &str)], &str); 8] = [
        (&[], "premium"),
        (
            &[("DequeueResult", "bridged"), ("QueueSid", PREMIUM)],
            "premium",
        ),
        (
            &[("DequeueResult", "bridged"), ("QueueSid", REGULAR)],
            "premium",
        ),
        (
            &[("DequeueResult", "queue-empty"), ("QueueSid", PREMIUM)],
            "regular",
        ),
        (
            &[("DequeueResult", "queue-empty"), ("QueueSid", REGULAR)],
            "premium",
        ),
        (
            &[("DequeueResult", "error"), ("QueueSid", PREMIUM)],
            "regular",
        ),
        // The faults, kept: a queue not known by its SID counts as regular.
        (&[("DequeueResult", "queue-not-found")], "premium"),
        (
            &[("DequeueResult", "queue-empty"), ("QueueSid", "QU3")],
            "premium",
        ),
    ];
    for (parameters, queue) in rows {
        let (twiml, caching) = rep_answers(&reps, parameters);
        let class = if queue == "premium" { 0 } else { 1 };
        assert_eq!(
            body(twiml),
            dials(queue, &format!("{class}-1-0-0")),
            "{parameters:?}"
        );
        assert_eq!(caching, "no-store");
    }
}

#[test]
fn the_default_mode_goes_round_by_its_own_attempt_and_backs_off() {
    let reps = Loop::new(RepLoop::new(2), ["premium", "regular"]);
    let missing = |attempt| [("attempt", attempt), ("DequeueResult", "queue-not-found")];
    // The premium queue does not exist: the regular callers are served all the same.
    let (twiml, _) = rep_answers(&reps, &missing("0-1-0-0"));
    assert_eq!(body(twiml), dials("regular", "1-2-0-1"));
    // A round in which an attempt came back at once ends in a pause.
    let (twiml, _) = rep_answers(&reps, &missing("1-2-0-1"));
    assert_eq!(
        body(twiml),
        format!("<Pause length=\"1\"/>{}", dials("premium", "0-3-1-0"))
    );
    // A rep who is gone gets no caller.
    let (twiml, _) = rep_answers(
        &reps,
        &[("attempt", "0-1-0-0"), ("CallStatus", "completed")],
    );
    assert_eq!(body(twiml), "<Hangup/>");
}

#[test]
fn a_caller_waits_in_the_queue_of_the_class() {
    let reps = Loop::new(RepLoop::new(2), ["premium", "regular"]);
    assert_eq!(
        body(caller_waits(&reps, ClassId::REGULAR)),
        "<Enqueue waitUrl=\"/wait\">regular</Enqueue>"
    );
}
