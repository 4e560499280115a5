//! Which requests the strict profile accepts, what a refusal says, and that nothing sent from
//! outside can break the reader.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use chrono::{DateTime, TimeDelta};
use escalation_core::{
    Channel, Notification, ProcessId, Profile, Request, RequestError, StartRequest, When,
};
use proptest::prelude::*;

fn strict(body: &str) -> Result<Request, RequestError> {
    Request::parse(body.as_bytes(), &Profile::strict())
}

/// A start with this one notification.
fn notifying(notification: &str) -> String {
    format!(r#"{{"process-id":"a","action":"start","notifications":[{notification}]}}"#)
}

#[test]
fn the_strict_profile_accepts_what_the_specification_allows() {
    for notification in [
        r#"{"channel":"phone","at":1,"phone-number":"+1"}"#,
        r#"{"channel":"email","at":253402300799,"email":"e@x.org"}"#,
        r#"{"channel":"pubnub","at":1,"pubnub-channel":"ch 1/ž","note":{"deep":[null]}}"#,
        r#"{"channel":"phone","after":0,"phone-number":"+1"}"#,
        r#"{"channel":"phone","after":0.25,"phone-number":"+1","deadline":99}"#,
    ] {
        let accepted = strict(&notifying(notification));
        assert!(accepted.is_ok(), "{notification}: {accepted:?}");
    }
    let stop = strict(r#"{"process-id":"a","action":"stop","notifications":"ignored"}"#);
    assert_eq!(stop.unwrap(), Request::Stop(ProcessId::new("a").unwrap()));
}

#[test]
fn a_refusal_names_the_field_and_what_it_must_be() {
    let refusals = [
        (
            r#"{"process-id":" ","action":"stop"}"#.to_owned(),
            r#"`process-id` is " ": it must be a text that is not blank"#,
        ),
        (
            r#"{"process-id":"a","action":"Start"}"#.to_owned(),
            r#"`action` is "Start": it must be "start" or "stop""#,
        ),
        (
            r#"{"process-id":"a","action":"start","notifications":[]}"#.to_owned(),
            "`notifications` is []: it must be a list with at least one notification",
        ),
        (
            r#"{"process-id":"a","action":"start","notifications":[7]}"#.to_owned(),
            "`notifications[0]` is 7: it must be an object",
        ),
        (
            notifying(r#"{"channel":"sms","at":1}"#),
            r#"`notifications[0].channel` is "sms": it must be a channel that this service delivers to"#,
        ),
        (
            notifying(r#"{"channel":"phone","phone-number":"+1"}"#),
            "`notifications[0].at` is nothing: it must be a number of seconds since 1970",
        ),
        (
            notifying(r#"{"channel":"phone","at":0,"phone-number":"+1"}"#),
            "`notifications[0].at` is 0: it must be a whole number of seconds since 1970, above 0",
        ),
        (
            notifying(r#"{"channel":"phone","at":1,"after":1,"phone-number":"+1"}"#),
            "`notifications[0].after` is 1: it must be either `at` or `after`, not both",
        ),
        (
            notifying(r#"{"channel":"phone","after":-1,"phone-number":"+1"}"#),
            "`notifications[0].after` is -1: it must be a number of seconds, 0 or more",
        ),
        (
            notifying(r#"{"channel":"phone","at":1}"#),
            "`notifications[0].phone-number` is nothing: it must be a text that is not blank",
        ),
        (
            notifying(r#"{"channel":"phone","at":1,"phone-number":385}"#),
            "`notifications[0].phone-number` is 385: it must be a text",
        ),
        (
            notifying(r#"{"channel":"email","at":1,"email":"nope"}"#),
            r#"`notifications[0].email` is "nope": it must be an address of the form local@domain.tld"#,
        ),
        ("{oops".to_owned(), "the request is not JSON"),
        (
            "[1,2]".to_owned(),
            "the request is [1,2]: it must be a JSON object",
        ),
    ];
    for (body, words) in refusals {
        let refused = strict(&body).unwrap_err();
        assert_eq!(refused.to_string(), words, "{body}");
    }
}

#[test]
fn a_request_of_ten_megabytes_is_refused_unread() {
    let body = vec![b'{'; 10 << 20];
    let refused = Request::parse(&body, &Profile::compat()).unwrap_err();
    let words = "the request has 10485760 bytes: send at most 1048576";
    assert_eq!(refused.to_string(), words);
}

#[test]
fn a_time_beyond_the_calendar_is_refused() {
    for at in ["1e300", "-1e300", "9223372036854775807", "1e999"] {
        let body = notifying(&format!(r#"{{"channel":"phone","at":{at}}}"#));
        let refused = Request::parse(body.as_bytes(), &Profile::compat());
        assert!(refused.is_err(), "{at}: {refused:?}");
    }
    let body = notifying(r#"{"channel":"phone","at":253402300799}"#);
    let year_9999 = Request::parse(body.as_bytes(), &Profile::compat());
    assert!(year_9999.is_ok(), "{year_9999:?}");
}

#[test]
fn a_channel_of_your_own_can_be_allowed() {
    let body = notifying(r#"{"channel":"overflow","after":180}"#);
    assert!(strict(&body).is_err());
    let profile = Profile::strict().allow(Channel::new("overflow").unwrap());
    let Request::Start(start) = Request::parse(body.as_bytes(), &profile).unwrap() else {
        panic!("not a start");
    };
    let after = When::After(TimeDelta::minutes(3));
    assert_eq!(start.notifications()[0].when(), after);
}

fn notification() -> impl Strategy<Value = Notification> {
    let when = prop_oneof![
        (1..4_000_000_000_i64).prop_map(|at| When::At(DateTime::from_timestamp(at, 0).unwrap())),
        (0..10_000_000_000_i64).prop_map(|micros| When::After(TimeDelta::microseconds(micros))),
    ];
    (when, "\\PC{1,12}", "\\PC{0,12}", any::<i64>()).prop_filter_map(
        "blank numbers are refused",
        |(when, number, note, count)| {
            let notification = Notification::new(Channel::PHONE, when)
                .to_phone_number(number.clone())
                .with("note", note)
                .unwrap()
                .with("count", count)
                .unwrap();
            (!number.trim().is_empty()).then_some(notification)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back_the_same(
        id in "\\PC{0,20}[^\\s]",
        notifications in prop::collection::vec(notification(), 1..5),
    ) {
        let start = notifications
            .into_iter()
            .fold(StartRequest::new(ProcessId::new(id).unwrap()), StartRequest::notify);
        let request = Request::Start(start);
        let read = Request::parse(request.to_json().as_bytes(), &Profile::strict());
        prop_assert_eq!(read.unwrap(), request);
    }

    #[test]
    fn no_bytes_break_the_reader(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Request::parse(&body, &Profile::compat());
        let _ = Request::parse(&body, &Profile::strict());
    }

    #[test]
    fn no_json_breaks_the_reader(
        at in "-?[0-9]{1,25}(\\.[0-9]{1,8})?(e-?[0-9]{1,3})?",
        key in "at|after|deadline|phone-number|email|channel|note",
        value in "null|true|-1|1e400|\"x\"|\\[\\]|\\{\\}|1e30",
    ) {
        let body = notifying(&format!(r#"{{"channel":"phone","at":{at},"{key}":{value}}}"#));
        for profile in [Profile::compat(), Profile::strict()] {
            if let Ok(Request::Start(start)) = Request::parse(body.as_bytes(), &profile) {
                let _ = start.plan(DateTime::UNIX_EPOCH);
            }
        }
    }
}
