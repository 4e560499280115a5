//! Asking the store once on behalf of many tasks: a store on a disk pays for commits, not for rows.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// Questions of one kind that wait to be asked together. While one call is under way, new ones
/// gather for the next.
pub(super) struct Calls<Q, A>(Mutex<State<Q, A>>);

struct State<Q, A> {
    waiting: Vec<(Vec<Q>, Arc<Reply<A>>)>,
    under_way: bool,
}

/// Where one task finds its answers.
struct Reply<A>(Mutex<ReplyState<A>>);

enum ReplyState<A> {
    Waiting(Option<Waker>),
    Answered(Vec<A>),
    Failed,
}

/// The questions of one call.
pub(super) struct Call<Q, A> {
    questions: Vec<Q>,
    replies: Vec<(usize, Arc<Reply<A>>)>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Only moves happen under these locks, so a poisoned one is still sound.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<Q, A> Default for Calls<Q, A> {
    fn default() -> Self {
        Self(Mutex::new(State {
            waiting: Vec::new(),
            under_way: false,
        }))
    }
}

impl<Q, A> Calls<Q, A> {
    /// Waits for the answers, in order; `None` if the call failed, which its own task reports.
    pub(super) async fn ask(&self, questions: Vec<Q>) -> Option<Vec<A>> {
        if questions.is_empty() {
            return Some(Vec::new());
        }
        let reply = Arc::new(Reply(Mutex::new(ReplyState::Waiting(None))));
        lock(&self.0).waiting.push((questions, Arc::clone(&reply)));
        poll_fn(|context| {
            let mut state = lock(&reply.0);
            match std::mem::replace(&mut *state, ReplyState::Failed) {
                ReplyState::Answered(answers) => Poll::Ready(Some(answers)),
                ReplyState::Failed => Poll::Ready(None),
                ReplyState::Waiting(_) => {
                    *state = ReplyState::Waiting(Some(context.waker().clone()));
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// What is to be asked now, if anything and no other call is under way.
    pub(super) fn next(&self) -> Option<Call<Q, A>> {
        let mut state = lock(&self.0);
        if state.under_way || state.waiting.is_empty() {
            return None;
        }
        state.under_way = true;
        let mut call = Call {
            questions: Vec::with_capacity(state.waiting.len()),
            replies: Vec::with_capacity(state.waiting.len()),
        };
        for (questions, reply) in state.waiting.drain(..) {
            call.replies.push((questions.len(), reply));
            call.questions.extend(questions);
        }
        Some(call)
    }

    /// Hands out the answers of a call, or tells that it failed.
    pub(super) fn answered<E>(
        &self,
        replies: Replies<A>,
        answers: Result<Vec<A>, E>,
    ) -> Result<(), E> {
        lock(&self.0).under_way = false;
        let (answers, failure) = match answers {
            Ok(answers) => (answers, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let mut answers = answers.into_iter();
        for (count, reply) in replies.0 {
            let own: Vec<A> = answers.by_ref().take(count).collect();
            let answered = if own.len() == count {
                ReplyState::Answered(own)
            } else {
                ReplyState::Failed
            };
            let before = std::mem::replace(&mut *lock(&reply.0), answered);
            if let ReplyState::Waiting(Some(waker)) = before {
                waker.wake();
            }
        }
        failure.map_or(Ok(()), Err)
    }
}

/// Who waits for the answers of a call.
pub(super) struct Replies<A>(Vec<(usize, Arc<Reply<A>>)>);

impl<Q, A> Call<Q, A> {
    pub(super) fn into_parts(self) -> (Vec<Q>, Replies<A>) {
        (self.questions, Replies(self.replies))
    }
}
