//! What a dispatcher tells through `tracing`: each command with its reason, and not who calls.
#![cfg(feature = "tracing")]
#![expect(clippy::unwrap_used, reason = "a failing test may panic")]

use std::fmt::{self, Write};
use std::sync::{Arc, Mutex};

use chrono::DateTime;
use queue_dispatch::{Agent, AgentId, CallId, Caller, ClassId, Config, Dispatcher, Event, PartyId};
use tracing::field::{Field, Visit};
use tracing::span;

/// A subscriber that writes the events down.
#[derive(Clone, Default)]
struct Book(Arc<Mutex<Vec<String>>>);

struct Words(String);

impl Visit for Words {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl tracing::Subscriber for Book {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut words = Words(event.metadata().level().to_string());
        event.record(&mut words);
        self.0.lock().unwrap().push(words.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[tokio::test]
async fn commands_and_refusals_are_told_and_who_calls_is_not() {
    let book = Book::default();
    let told = tracing::subscriber::set_default(book.clone());
    let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let dispatcher = Dispatcher::in_memory(Config::premium_and_regular());
    let ann = CallId::new(1);
    let caller = Caller::new(ann, ClassId::REGULAR).party(PartyId::new(385_123_456));
    dispatcher.apply(Event::Enqueue(caller), now).await.unwrap();
    let eve = Agent::new(AgentId::new(7)).on_the_line();
    dispatcher.apply(Event::SignedIn(eve), now).await.unwrap();
    let asked = Event::NextCaller {
        agent: AgentId::new(7),
    };
    let applied = dispatcher.apply(asked, now).await.unwrap();
    let stranger = Event::NextCaller {
        agent: AgentId::new(8),
    };
    dispatcher.apply(stranger, now).await.unwrap_err();
    drop(told);

    let offer = applied.commands.as_slice()[0].to_string();
    let lines = book.0.lock().unwrap().clone();
    assert_eq!(lines.len(), 2, "{lines:#?}");
    let commanded = format!("INFO message=commanded version=3 command={offer}");
    assert_eq!(lines[0], commanded);
    assert!(lines[1].starts_with("DEBUG message=refused"), "{lines:?}");
    let all = lines.join("\n");
    assert!(!all.contains("385123456"), "{all}");
}
