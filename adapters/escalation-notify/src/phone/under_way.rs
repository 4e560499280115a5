//! The calls that this process knows: those it has made, and those that Twilio told it of.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use escalation_core::Response;
use tokio::sync::Notify;
use twilio_rest::CallSid;

/// The latest call of each key. It stays after its end, for the reconciler: an attempt's future may
/// be dropped, and what it has answered may not get as far as the store. The oldest are let go when
/// there are too many: the reconciler then looks among the calls to that number.
#[derive(Debug, Default)]
pub(super) struct UnderWay(Mutex<Table>);

const AT_MOST: usize = 10_000;

#[derive(Debug, Default)]
struct Table {
    calls: HashMap<String, Row>,
    /// Every call that is known, also earlier ones of a key, in the order in which they became so.
    order: VecDeque<(String, CallSid)>,
    known: HashSet<CallSid>,
}

#[derive(Debug)]
struct Row {
    sid: CallSid,
    response: Option<Response>,
    news: Arc<Notify>,
}

impl Table {
    fn know(&mut self, key: &str, sid: CallSid) {
        if self.known.insert(sid) {
            self.order.push_back((key.to_owned(), sid));
        }
        while self.order.len() > AT_MOST
            && let Some((key, sid)) = self.order.pop_front()
        {
            self.known.remove(&sid);
            if self.calls.get(&key).is_some_and(|row| row.sid == sid) {
                self.calls.remove(&key);
            }
        }
    }
}

impl UnderWay {
    /// Another attempt begins: the call of the one before no longer speaks for this key.
    pub(super) fn clear(&self, key: &str) {
        self.lock().calls.remove(key);
    }

    pub(super) fn begin(&self, key: &str, sid: CallSid) {
        let mut table = self.lock();
        let row = Row {
            sid,
            response: None,
            news: Arc::new(Notify::new()),
        };
        table.calls.insert(key.to_owned(), row);
        table.know(key, sid);
    }

    /// Twilio has named a call of this key, which perhaps another process has made, or this one
    /// without hearing so.
    pub(super) fn learn(&self, key: &str, sid: CallSid) {
        let known = self.lock().known.contains(&sid);
        if !known {
            self.begin(key, sid);
        }
    }

    /// Whether it is known whose call this is.
    pub(super) fn knows(&self, sid: &CallSid) -> bool {
        self.lock().known.contains(sid)
    }

    pub(super) fn call(&self, key: &str) -> Option<CallSid> {
        self.lock().calls.get(key).map(|row| row.sid)
    }

    /// What was pressed during the call.
    pub(super) fn response(&self, key: &str) -> Option<Response> {
        self.lock().calls.get(key)?.response
    }

    /// What is settled stays so: requests of Twilio's may come twice, and in any order.
    pub(super) fn respond(&self, key: &str, response: Response) {
        if let Some(row) = self.lock().calls.get_mut(key) {
            if row.response != Some(Response::Resolved) {
                row.response = Some(response);
            }
            row.news.notify_one();
        }
    }

    /// The call is over: look at it now.
    pub(super) fn over(&self, key: &str, sid: &CallSid) {
        if let Some(row) = self.lock().calls.get(key).filter(|row| row.sid == *sid) {
            row.news.notify_one();
        }
    }

    /// Resolves when something has happened since this was last waited for; never for a call that
    /// is not here.
    pub(super) fn news(&self, key: &str) -> impl Future<Output = ()> + use<> {
        let news = self.lock().calls.get(key).map(|row| Arc::clone(&row.news));
        async move {
            match news {
                // A word that came before is kept: `notify_one` stores one permit.
                Some(news) => news.notified().await,
                None => std::future::pending().await,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // Nothing that runs under the lock can leave it half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sid(number: usize) -> CallSid {
        format!("CA{number:032x}").parse().unwrap()
    }

    #[test]
    fn the_oldest_of_too_many_are_let_go_and_no_other() {
        let under_way = UnderWay::default();
        // Many attempts of one key take the room of many calls, and not that of a later one.
        for number in 0..AT_MOST {
            under_way.clear("busy");
            under_way.begin("busy", sid(number));
        }
        under_way.begin("late", sid(AT_MOST));
        assert!(!under_way.knows(&sid(0)));
        assert_eq!(under_way.call("busy"), Some(sid(AT_MOST - 1)));
        for number in 1..AT_MOST {
            under_way.begin(&number.to_string(), sid(AT_MOST + number));
        }
        assert_eq!(under_way.call("busy"), None);
        assert_eq!(under_way.call("late"), Some(sid(AT_MOST)));
        assert!(under_way.lock().order.len() <= AT_MOST);
        assert!(under_way.lock().calls.len() <= AT_MOST);
    }

    #[test]
    fn what_is_resolved_is_not_taken_back() {
        let under_way = UnderWay::default();
        under_way.begin("key", sid(1));
        for (pressed, kept) in [
            (Response::Acknowledged, Response::Acknowledged),
            (Response::Resolved, Response::Resolved),
            (Response::Acknowledged, Response::Resolved),
        ] {
            under_way.respond("key", pressed);
            assert_eq!(under_way.response("key"), Some(kept));
        }
        under_way.clear("key");
        assert_eq!(under_way.response("key"), None);
    }

    #[test]
    fn a_call_that_is_known_is_not_learnt_again() {
        let under_way = UnderWay::default();
        under_way.begin("key", sid(1));
        under_way.clear("key");
        // A late word about the attempt before.
        under_way.learn("key", sid(1));
        assert_eq!(under_way.call("key"), None);
        under_way.learn("key", sid(2));
        assert_eq!(under_way.call("key"), Some(sid(2)));
    }
}
