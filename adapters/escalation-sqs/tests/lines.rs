//! JSON lines keep the contract of a source, whatever is in the file.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Cursor, Read};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::DateTime;
use escalation_core::conformance::{SOURCE_CASES, SourceUnderTest};
use escalation_core::{Engine, MAX_REQUEST_BYTES, MemoryStore, RequestSource, Submitted};
use escalation_sqs::JsonLines;
use futures::executor::block_on;

/// A file that grows.
#[derive(Clone, Default)]
struct Growing(Arc<Mutex<(Vec<u8>, usize)>>);

impl Read for Growing {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let mut state = self.0.lock().unwrap();
        let (bytes, at) = &mut *state;
        let count = into.len().min(bytes.len() - *at);
        into[..count].copy_from_slice(&bytes[*at..*at + count]);
        *at += count;
        Ok(count)
    }
}

struct File {
    file: Growing,
    source: JsonLines<BufReader<Growing>>,
}

#[async_trait]
impl SourceUnderTest for File {
    fn source(&self) -> &dyn RequestSource {
        &self.source
    }

    async fn send(&self, body: &str) {
        let mut state = self.file.0.lock().unwrap();
        state.0.extend_from_slice(body.as_bytes());
        state.0.push(b'\n');
    }

    async fn lose_the_worker(&self) {}
}

#[test]
fn the_contract_of_a_source() {
    for case in SOURCE_CASES {
        println!("{case:?}");
        let file = Growing::default();
        let source = JsonLines::new("requests", BufReader::new(file.clone()));
        block_on((case.check)(&File { file, source }));
    }
}

fn ids(text: &str) -> Vec<String> {
    let source = JsonLines::new("f", Cursor::new(text.to_owned()));
    let received = block_on(source.receive()).unwrap();
    received
        .iter()
        .map(|request| request.id.to_string())
        .collect()
}

#[test]
fn a_file_read_again_gives_the_same_names_and_another_one_others() {
    let text = "{\"a\":1}\n\n  \r\n{\"a\":1}";
    assert_eq!(ids(text), ids(text));
    assert_eq!(ids(text).len(), 2);
    assert_ne!(
        ids(text)[0],
        ids(text)[1],
        "the same words twice are two requests"
    );
    assert_ne!(ids(text)[0], ids("{\"a\":2}\n")[0]);
}

#[test]
fn a_line_of_ten_megabytes_is_refused_and_the_next_one_is_read() {
    let long = format!("{{\"x\":\"{}\"}}\n", "y".repeat(10 << 20));
    let text = format!("{long}{{\"process-id\":\"p\",\"action\":\"stop\"}}\n");
    let source = JsonLines::new("f", Cursor::new(text));
    let received = block_on(source.receive()).unwrap();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].body.len(), MAX_REQUEST_BYTES + 1);
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .build()
        .unwrap();
    let submitted = block_on(engine.intake(&source, DateTime::UNIX_EPOCH)).unwrap();
    assert!(matches!(submitted[0], Submitted::Rejected(_)));
    assert!(matches!(submitted[1], Submitted::Stopped(_)));
    assert_eq!(block_on(source.receive()).unwrap(), []);
}

/// What is cut must not become another request than it was.
#[test]
fn a_long_line_that_begins_well_is_refused() {
    let blanks = " ".repeat(MAX_REQUEST_BYTES);
    let text = format!("{{\"process-id\":\"p\",\"action\":\"stop\"}}{blanks}, and more\n");
    let source = JsonLines::new("f", Cursor::new(text));
    let engine = Engine::builder(Arc::new(MemoryStore::new()))
        .build()
        .unwrap();
    let submitted = block_on(engine.intake(&source, DateTime::UNIX_EPOCH)).unwrap();
    assert!(
        matches!(submitted[..], [Submitted::Rejected(_)]),
        "{submitted:?}"
    );
}

/// A pipe that breaks is an error, not an end; what came before is not held back.
#[test]
fn what_was_read_before_a_reader_fails_is_handed_over() {
    struct Breaks;
    impl Read for Breaks {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the pipe is broken"))
        }
    }
    let good = Cursor::new("{\"process-id\":\"p\",\"action\":\"stop\"}\n");
    let source = JsonLines::new("f", BufReader::new(good.chain(Breaks)));
    let received = block_on(source.receive()).unwrap();
    assert_eq!(received.len(), 1);
    block_on(source.confirm(&received[0].id)).unwrap();
    assert!(block_on(source.receive()).is_err());
}

/// A pipe that breaks is an error, not an end.
#[test]
fn a_reader_that_fails_is_an_error() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the pipe is broken"))
        }
    }
    impl BufRead for Broken {
        fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
            Err(std::io::Error::other("the pipe is broken"))
        }
        fn consume(&mut self, _: usize) {}
    }
    let error = block_on(JsonLines::new("f", Broken).receive()).unwrap_err();
    assert!(
        std::error::Error::source(&error)
            .unwrap()
            .to_string()
            .contains("broken")
    );
}
