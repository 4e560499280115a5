//! Which requests were handled lately.

use std::collections::{BTreeSet, HashSet};

use chrono::{DateTime, Utc};

use crate::{REQUESTS_REMEMBERED_FOR, RequestId};

#[derive(Debug, Default)]
pub(super) struct Requests {
    handled: HashSet<RequestId>,
    by_age: BTreeSet<(DateTime<Utc>, RequestId)>,
}

impl Requests {
    /// Whether the request was handled before; if not, it is now.
    pub(super) fn handled_before(
        &mut self,
        request: Option<&RequestId>,
        now: DateTime<Utc>,
    ) -> bool {
        while let Some((at, _)) = self.by_age.first()
            && now.signed_duration_since(*at) > REQUESTS_REMEMBERED_FOR
            && let Some((_, oldest)) = self.by_age.pop_first()
        {
            self.handled.remove(&oldest);
        }
        let Some(request) = request else {
            return false;
        };
        if !self.handled.insert(request.clone()) {
            return true;
        }
        self.by_age.insert((now, request.clone()));
        false
    }
}
