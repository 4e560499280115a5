//! The calls that this process has made and whose outcome is not settled.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use escalation_core::Response;
use tokio::sync::Notify;
use twilio_rest::CallSid;

/// By key. An attempt whose future was dropped leaves its call here for the reconciler, so the
/// oldest are let go when there are too many: the reconciler then asks Twilio.
#[derive(Debug, Default)]
pub(super) struct UnderWay(Mutex<Table>);

const AT_MOST: usize = 10_000;

#[derive(Debug, Default)]
struct Table {
    calls: HashMap<String, Row>,
    /// Keys in the order in which their calls began; some are forgotten already.
    order: VecDeque<String>,
}

#[derive(Debug)]
struct Row {
    sid: CallSid,
    response: Option<Response>,
    news: Arc<Notify>,
}

impl UnderWay {
    pub(super) fn begin(&self, key: &str, sid: CallSid) {
        let mut table = self.lock();
        let row = Row {
            sid,
            response: None,
            news: Arc::new(Notify::new()),
        };
        if table.calls.insert(key.to_owned(), row).is_none() {
            table.order.push_back(key.to_owned());
        }
        while table.order.len() > AT_MOST {
            if let Some(oldest) = table.order.pop_front() {
                table.calls.remove(&oldest);
            }
        }
    }

    pub(super) fn forget(&self, key: &str) {
        let mut table = self.lock();
        table.calls.remove(key);
        // The keys still in `order` cost little; they go when they are the oldest.
        while table
            .order
            .front()
            .is_some_and(|oldest| !table.calls.contains_key(oldest))
        {
            table.order.pop_front();
        }
    }

    pub(super) fn call(&self, key: &str) -> Option<CallSid> {
        self.lock().calls.get(key).map(|row| row.sid)
    }

    /// What was pressed during the call.
    pub(super) fn response(&self, key: &str) -> Option<Response> {
        self.lock().calls.get(key)?.response
    }

    pub(super) fn respond(&self, key: &str, response: Response) {
        if let Some(row) = self.lock().calls.get_mut(key) {
            row.response = Some(response);
            row.news.notify_one();
        }
    }

    /// The call is over: look at it now.
    pub(super) fn over(&self, key: &str) {
        if let Some(row) = self.lock().calls.get(key) {
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
