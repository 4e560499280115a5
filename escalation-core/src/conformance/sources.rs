//! The contract of [`RequestSource`] as tests, which every source runs.

use std::pin::Pin;

use async_trait::async_trait;

use crate::{Received, RequestSource};

/// A source under test, and the other end of it.
#[async_trait]
pub trait SourceUnderTest: Send + Sync {
    /// The source.
    fn source(&self) -> &dyn RequestSource;

    /// Puts a request with this body into the queue that the source reads, behind the others.
    async fn send(&self, body: &str);

    /// Makes what was received and not confirmed come again, as when its worker has died: lets its
    /// time run out, or opens the connection anew.
    async fn lose_the_worker(&self);
}

/// A check under way.
pub type CheckingSource<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// One promise of the contract of a source.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct SourceCase {
    /// Its name, which says what is promised.
    pub name: &'static str,
    /// Checks it on an empty source; panics if it is broken.
    pub check: for<'a> fn(&'a dyn SourceUnderTest) -> CheckingSource<'a>,
}

impl std::fmt::Debug for SourceCase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! source_cases {
    ($($case:ident)*) => {
        /// All promises of a source.
        pub const SOURCE_CASES: &[SourceCase] = &[
            $(SourceCase { name: stringify!($case), check: |source| Box::pin($case(source)) },)*
        ];
    };
}

source_cases! {
    an_empty_source_answers_at_once
    requests_come_in_the_order_sent
    a_confirmed_request_does_not_come_again
    an_unconfirmed_request_comes_again_under_its_name
}

/// Receives until nothing comes, confirming as asked.
async fn receive_all(source: &dyn RequestSource, confirming: Confirming) -> Vec<Received> {
    let mut all = Vec::new();
    loop {
        let batch = source.receive().await.expect("receive");
        let new: Vec<_> = batch
            .into_iter()
            .filter(|request| !all.contains(request))
            .collect();
        if new.is_empty() {
            return all;
        }
        for request in new {
            if confirming == Confirming::Each {
                source.confirm(&request.id).await.expect("confirm");
            }
            all.push(request);
        }
    }
}

#[derive(PartialEq)]
enum Confirming {
    Each,
    None,
}

fn bodies(requests: &[Received]) -> Vec<String> {
    requests
        .iter()
        .map(|request| String::from_utf8_lossy(&request.body).into_owned())
        .collect()
}

/// A source without requests says so.
pub async fn an_empty_source_answers_at_once(under_test: &dyn SourceUnderTest) {
    let received = under_test.source().receive().await.expect("receive");
    assert_eq!(received, []);
}

/// Nothing overtakes, over several batches too.
pub async fn requests_come_in_the_order_sent(under_test: &dyn SourceUnderTest) {
    let sent: Vec<String> = (0..25).map(|number| format!("request {number}")).collect();
    for body in &sent {
        under_test.send(body).await;
    }
    let received = receive_all(under_test.source(), Confirming::Each).await;
    assert_eq!(bodies(&received), sent);
}

/// What is confirmed is gone, even if the worker dies right after.
pub async fn a_confirmed_request_does_not_come_again(under_test: &dyn SourceUnderTest) {
    under_test.send("confirmed").await;
    let received = receive_all(under_test.source(), Confirming::Each).await;
    assert_eq!(bodies(&received), ["confirmed"]);
    under_test.lose_the_worker().await;
    assert_eq!(under_test.source().receive().await.expect("receive"), []);
}

/// What is not confirmed is not lost with its worker, and is recognised when it comes again; two
/// requests with the same words are two.
pub async fn an_unconfirmed_request_comes_again_under_its_name(under_test: &dyn SourceUnderTest) {
    under_test.send("the same").await;
    under_test.send("the same").await;
    let first = receive_all(under_test.source(), Confirming::None).await;
    under_test.lose_the_worker().await;
    let again = receive_all(under_test.source(), Confirming::Each).await;
    assert_eq!(again.len(), 2);
    assert_ne!(again[0].id, again[1].id);
    for request in &first {
        assert!(again.contains(request), "{request:?} is lost");
    }
}
