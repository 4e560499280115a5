//! An attempt whose outcome is unknown is asked about so many times and no more, and a word that
//! tells nothing moves nothing on.
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Admission, AttemptStart, Backoff, Begun, Cause, Channel, ChannelPolicy, Delivery, Doubt,
    Engine, LetterContent, MemoryStore, Notification, Notifier, Outcome, Policy, ProcessId,
    Reaction, Reason, Reconciled, Reconciler, Response, StartRequest, Step, UnknownPolicy,
    notifier_fn,
};
use futures::executor::block_on;

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn id(text: &str) -> ProcessId {
    ProcessId::new(text).unwrap()
}

/// Answers the same always, and counts how often it was asked.
#[derive(Debug)]
struct Says {
    answer: Reconciled,
    asked: Mutex<u32>,
}

impl Says {
    fn new(answer: Reconciled) -> Arc<Self> {
        Arc::new(Self {
            answer,
            asked: Mutex::default(),
        })
    }
}

#[async_trait::async_trait]
impl Reconciler for Says {
    async fn reconcile(&self, _: &Delivery) -> Reconciled {
        *self.asked.lock().unwrap() += 1;
        self.answer.clone()
    }
}

fn nothing_known() -> Reconciled {
    Reconciled::AskAgain(Reason::new(Cause::Other, "the provider is closed"))
}

fn unknown() -> Arc<dyn Notifier> {
    Arc::new(notifier_fn(|_| async {
        Outcome::Unknown(Cause::Timeout.into())
    }))
}

fn asking() -> ChannelPolicy {
    ChannelPolicy::new()
        .unknown(UnknownPolicy::Reconcile)
        .backoff(Backoff::new(TimeDelta::seconds(10)).jitter(0.0))
}

/// Runs until nothing is planned, and answers at which seconds it ran.
fn run_to_the_end(engine: &Engine) -> Vec<i64> {
    let (mut next, mut ran) = (Some(at(0)), Vec::new());
    while let Some(now) = next {
        ran.push((now - at(0)).num_seconds());
        assert!(ran.len() < 100, "without end: {ran:?}");
        next = block_on(engine.run_once(now)).unwrap();
    }
    ran
}

fn start(engine: &Engine) {
    let call = Notification::at(Channel::PHONE, at(0)).to_phone_number("+1");
    block_on(engine.start(&StartRequest::new(id("a")).notify(call), at(0))).unwrap();
}

#[test]
fn a_provider_that_never_tells_is_asked_so_many_times_and_then_it_is_a_dead_letter() {
    for (policy, inquiries, runs) in [
        (asking().max_inquiries(3), 3, vec![0, 10, 30, 70]),
        (asking().max_inquiries(0), 1, vec![0, 10]),
        // Even if the attempts were used up at once.
        (
            asking().max_inquiries(2).max_attempts(1),
            2,
            vec![0, 10, 30],
        ),
    ] {
        let says = Says::new(nothing_known());
        let engine = Engine::builder(Arc::new(MemoryStore::new()))
            .notifier("phone", unknown())
            .channel("phone", policy)
            .reconciler("phone", Arc::clone(&says) as Arc<dyn Reconciler>)
            .build()
            .unwrap();
        start(&engine);
        assert_eq!(run_to_the_end(&engine), runs);
        assert_eq!(*says.asked.lock().unwrap(), inquiries);
        let counts = engine.counts();
        assert_eq!((counts.attempts, counts.dead), (1, 1), "never sent twice");

        let letters = block_on(engine.store().dead_letters(None, 9)).unwrap();
        assert_eq!(letters[0].reason.cause(), Cause::Timeout);
        let why = letters[0].reason.to_string();
        assert!(
            why.contains(&format!("asked {inquiries} times"))
                && why.contains("the provider is closed"),
            "{why}"
        );
        let LetterContent::Notification { history, .. } = &letters[0].content else {
            panic!("no notification: {letters:?}");
        };
        assert_eq!(history.len(), 1 + inquiries as usize, "each answer is kept");
    }
}

/// By its words it may be found, and by no others: those of the attempt that is in doubt.
#[test]
fn who_is_asked_hears_the_words_and_the_number_of_the_attempt_in_doubt() {
    #[derive(Default)]
    struct Hears(Mutex<Vec<(u32, Option<String>)>>);

    #[async_trait::async_trait]
    impl Reconciler for Hears {
        async fn reconcile(&self, attempt: &Delivery) -> Reconciled {
            let words = attempt.message().map(str::to_owned);
            self.0.lock().unwrap().push((attempt.attempt(), words));
            Reconciled::NeverSent
        }
    }

    let hears = Arc::new(Hears::default());
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", unknown())
        .channel("phone", asking().max_attempts(2))
        .reconciler("phone", Arc::clone(&hears) as Arc<dyn Reconciler>)
        .template("phone", "waits", "{room} waits, {attempt}".parse().unwrap())
        .build()
        .unwrap();
    let call = Notification::at(Channel::PHONE, at(0))
        .saying("waits")
        .with("room", 7)
        .unwrap();
    block_on(engine.start(&StartRequest::new(id("a")).notify(call), at(0))).unwrap();
    run_to_the_end(&engine);
    let words = |attempt: u32| (attempt, Some(format!("7 waits, {attempt}")));
    let heard = hears.0.lock().unwrap().clone();
    assert_eq!(heard[..2], [words(1), words(2)]);
}

/// "It ended, and nobody knows how" is no other answer than "ask again".
#[test]
fn an_end_that_is_unknown_is_bounded_too() {
    let says = Says::new(Reconciled::Ended(Outcome::Unknown(Cause::Other.into())));
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", unknown())
        .channel("phone", asking().max_inquiries(4))
        .reconciler("phone", Arc::clone(&says) as Arc<dyn Reconciler>)
        .build()
        .unwrap();
    start(&engine);
    run_to_the_end(&engine);
    assert_eq!(*says.asked.lock().unwrap(), 4);
    assert_eq!(engine.counts().dead, 1);
}

/// Without a word of the notifier, since its worker died, there is one inquiry more.
#[test]
fn after_a_crash_it_is_asked_about_once_more() {
    let store = Arc::new(MemoryStore::new());
    let says = Says::new(nothing_known());
    let hangs = notifier_fn(|_: Delivery| std::future::pending::<Outcome>());
    let engine = Engine::builder(Arc::clone(&store) as _)
        .notifier("phone", Arc::new(hangs))
        .channel("phone", asking().max_inquiries(2))
        .reconciler("phone", Arc::clone(&says) as Arc<dyn Reconciler>)
        .build()
        .unwrap();
    start(&engine);
    {
        let mut run = std::pin::pin!(engine.run_once(at(0)));
        let polled = std::future::poll_fn(|context| {
            std::task::Poll::Ready(run.as_mut().poll(context).is_pending())
        });
        assert!(block_on(polled), "it is under way");
        // And dropped there.
    }
    let mut next = block_on(engine.store().next_due()).unwrap();
    while let Some(now) = next {
        next = block_on(engine.run_once(now)).unwrap();
    }
    assert_eq!(*says.asked.lock().unwrap(), 3);
    assert_eq!(engine.counts().dead, 1);
}

/// What was asked before a replay does not count against it.
#[test]
fn a_replayed_letter_is_asked_about_as_often_as_a_new_one() {
    let says = Says::new(nothing_known());
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", unknown())
        .channel("phone", asking().max_inquiries(3))
        .reconciler("phone", Arc::clone(&says) as Arc<dyn Reconciler>)
        .build()
        .unwrap();
    start(&engine);
    let ran = run_to_the_end(&engine);
    let letters = block_on(engine.store().dead_letters(None, 9)).unwrap();
    let later = at(ran.last().unwrap() + 100);
    block_on(engine.store().replay(letters[0].id, later)).unwrap();
    let mut next = Some(later);
    while let Some(now) = next {
        next = block_on(engine.run_once(now)).unwrap();
    }
    assert_eq!(*says.asked.lock().unwrap(), 6);
}

/// A process that goes on when an attempt fails goes on once, not with each word about it.
#[test]
fn words_that_tell_nothing_do_not_bring_further_steps_forward() {
    let says = Says::new(Reconciled::AskAgain(Cause::Timeout.into()));
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", unknown())
        .channel(
            "phone",
            asking()
                .max_inquiries(3)
                .on(Cause::Timeout, Reaction::RetryAndAdvance),
        )
        .reconciler("phone", says)
        .notifier(
            "email",
            Arc::new(notifier_fn(|_| async {
                Outcome::Delivered(Response::None)
            })),
        )
        .build()
        .unwrap();
    let now_and_later = [Channel::PHONE, Channel::EMAIL, Channel::EMAIL]
        .into_iter()
        .fold(Policy::new(), |policy, channel| {
            let step = Step::after(TimeDelta::hours(1));
            policy.step(step.notify(Notification::after(channel, TimeDelta::zero())))
        });
    let request = StartRequest::new(id("a")).policy(now_and_later);
    block_on(engine.start(&request, at(-3_600))).unwrap();
    let ran = run_to_the_end(&engine);
    assert_eq!(ran, [0, 10, 30, 70, 3_600], "the last step is not hurried");
    assert_eq!(engine.counts().delivered, 2);
}

/// With nothing to pass on to, the first word about an attempt is the last, and a visible one: be it
/// the notifier's, or what is answered about the attempt of a worker that died.
#[test]
fn an_unknown_outcome_that_only_advances_is_a_dead_letter_where_nothing_follows() {
    for died in [false, true] {
        let says = Says::new(Reconciled::AskAgain(Cause::Timeout.into()));
        let engine = Engine::builder(Arc::new(MemoryStore::new()))
            .notifier("phone", unknown())
            .channel("phone", asking().on(Cause::Timeout, Reaction::Advance))
            .reconciler("phone", says)
            .build()
            .unwrap();
        start(&engine);
        if died {
            block_on(async {
                let store = engine.store();
                let lease = store.claim(1, at(9), at(0)).await.unwrap().remove(0).lease;
                let attempt = AttemptStart::new(lease, at(9), Arc::new(Admission::unlimited()));
                let begun = store.begin(vec![attempt], at(0)).await.unwrap();
                assert_eq!(begun, [Begun::Started]);
            });
        }
        block_on(engine.run_once(at(10))).unwrap();
        let counts = engine.counts();
        let own_attempts = u64::from(!died);
        assert_eq!((counts.attempts, counts.dead), (own_attempts, 1));
        let letters = block_on(engine.store().dead_letters(None, 9)).unwrap();
        assert_eq!(letters[0].reason, Cause::Timeout.into());
        let LetterContent::Notification { history, .. } = &letters[0].content else {
            panic!("not a notification: {letters:?}");
        };
        assert_eq!(history.len(), 1);
    }
}

/// Known not to have been sent, the next attempt is as if there had been none before it.
#[test]
fn what_was_never_sent_is_in_doubt_no_more() {
    let seen: Arc<Mutex<Vec<(u32, Doubt)>>> = Arc::default();
    let sent = Arc::clone(&seen);
    let phone = notifier_fn(move |delivery: Delivery| {
        sent.lock()
            .unwrap()
            .push((delivery.attempt(), delivery.doubt()));
        let outcome = match delivery.attempt() {
            1 => Outcome::Unknown(Cause::Timeout.into()),
            2 => Outcome::RetryAfter {
                at_least: None,
                reason: Cause::Busy.into(),
            },
            _ => Outcome::Delivered(Response::None),
        };
        async move { outcome }
    });
    let says = Says::new(Reconciled::NeverSent);
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .notifier("phone", Arc::new(phone))
        .channel("phone", asking())
        .reconciler("phone", Arc::clone(&says) as Arc<dyn Reconciler>)
        .build()
        .unwrap();
    start(&engine);
    run_to_the_end(&engine);
    let none = Doubt::None;
    assert_eq!(*seen.lock().unwrap(), [(1, none), (2, none), (3, none)]);
    assert_eq!(*says.asked.lock().unwrap(), 1, "a busy line is no question");
}
