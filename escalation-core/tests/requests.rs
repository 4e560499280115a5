//! Which requests the strict profile accepts, what a refusal says, and that nothing sent from
//! outside can break the reader.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use chrono::{DateTime, TimeDelta};
use escalation_core::{
    Channel, IfRunning, Notification, Policy, ProcessId, Profile, Request, RequestError,
    StartRequest, Step, TenantId, When,
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
            notifying(r#"{"channel":"phone","at":-5,"phone-number":"+1"}"#),
            "`notifications[0].at` is -5: it must be a whole number of seconds since 1970, above 0",
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

#[test]
fn version_2_says_everything_and_refuses_what_it_does_not_know() {
    let two = |fields: &str| format!(r#"{{"version":2,"process-id":"a",{fields}}}"#);
    let process = || ProcessId::new("a").unwrap();
    let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let accepted = [
        (r#""action":"stop""#, Request::Stop(process())),
        (r#""action":"resolve""#, Request::Resolve(process())),
        (r#""action":"reopen""#, Request::Reopen(process())),
        (
            r#""action":"acknowledge""#,
            Request::Acknowledge {
                process: process(),
                reopens: None,
            },
        ),
        (
            r#""action":"acknowledge","for":1800"#,
            Request::Acknowledge {
                process: process(),
                reopens: Some(When::After(TimeDelta::minutes(30))),
            },
        ),
        (
            r#""action":"snooze","until":1700000000"#,
            Request::Snooze {
                process: process(),
                until: When::At(at),
            },
        ),
    ];
    for (fields, expected) in accepted {
        assert_eq!(strict(&two(fields)).unwrap(), expected, "{fields}");
        let again = strict(&expected.to_json()).unwrap();
        assert_eq!(again, expected, "written and read back");
    }
    let step = |step: &str| {
        format!(
            r#""action":"start","policy":{{"steps":[{{{step},"notifications":[{{"channel":"phone","phone-number":"+1"}}]}}]}}"#
        )
    };
    let refused = [
        (
            r#""action":"stop","reason":"done""#.to_owned(),
            "`reason` is no field of version 2: leave it out, or correct its name",
        ),
        (
            r#""action":"snooze""#.to_owned(),
            "`for` is nothing: it must be a number of seconds, unless there is `until`",
        ),
        (
            r#""action":"acknowledge","for":1,"until":2"#.to_owned(),
            "`for` is 1: it must be left out, since there is `until`",
        ),
        (
            r#""action":"snooze","for":-1"#.to_owned(),
            "`for` is -1: it must be a number of seconds, 0 or more",
        ),
        (
            r#""action":"start","policy":{"steps":[]}"#.to_owned(),
            "`policy.steps` is []: it must be a list with at least one step",
        ),
        (
            step(r#""after":"soon""#),
            r#"`policy.steps[0].after` is "soon": it must be a number of seconds, 0 or more"#,
        ),
        (
            step(r#""repeats":1"#),
            "`policy.steps[0].repeats` is no field of version 2: leave it out, or correct its name",
        ),
        (
            r#""action":"start","policy":{"steps":[{"notifications":[{"channel":"phone"}]}]}"#
                .to_owned(),
            "`policy.steps[0].notifications[0].phone-number` is nothing: it must be a text that \
             is not blank",
        ),
        (
            r#""action":"start","if-running":"merge","notifications":[]"#.to_owned(),
            r#"`if-running` is "merge": it must be "keep", "replace" or "extend""#,
        ),
        (
            r#""action":"start","details":{"at":1},"notifications":[]"#.to_owned(),
            "`details.at` is 1: it must be under another name: it is a field of notifications",
        ),
        (
            r#""action":"start","tenant":7"#.to_owned(),
            "`tenant` is 7: it must be a text",
        ),
        (
            r#""action":"start""#.to_owned(),
            "`notifications` is nothing: it must be a list with at least one notification",
        ),
    ];
    for (fields, words) in refused {
        let error = strict(&two(&fields)).unwrap_err();
        assert_eq!(error.to_string(), words, "{fields}");
    }
    for version in ["3", "0", "-1", "2.5", "\"2\"", "null"] {
        let body = format!(r#"{{"version":{version},"process-id":"a","action":"stop"}}"#);
        let error = strict(&body).unwrap_err();
        let words =
            format!("the version {version} of the format is not known: send version 1 or 2");
        assert_eq!(error.to_string(), words);
    }
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
    fn a_start_with_everything_is_read_back_the_same(
        notifications in prop::collection::vec(notification(), 0..3),
        steps in prop::collection::vec(
            (0..9_000_i64, 0..5_u32, 0..9_000_i64, prop::collection::vec(notification(), 1..3)),
            1..4,
        ),
        rounds in 0..5_u32,
        tenant in "\\PC{0,9}",
        if_running in prop_oneof![
            Just(IfRunning::Keep), Just(IfRunning::Replace), Just(IfRunning::Extend)
        ],
        order in prop::option::of(any::<i64>()),
    ) {
        let policy = steps.into_iter().fold(Policy::new().rounds(rounds), |policy, step| {
            let (after, repeats, every, notifications) = step;
            let step = Step::after(TimeDelta::milliseconds(after))
                .repeat(repeats, TimeDelta::seconds(every));
            policy.step(notifications.into_iter().fold(step, Step::notify))
        });
        let start = StartRequest::new(ProcessId::new("a").unwrap())
            .tenant(TenantId::new(tenant).unwrap())
            .if_running(if_running)
            .policy(policy);
        let start = match order {
            Some(order) => start.with("order", order).unwrap(),
            None => start,
        };
        let request = Request::Start(notifications.into_iter().fold(start, StartRequest::notify));
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
