//! 429: more requests than the account may make.

use super::reply::Reply;
use crate::switch::Switch;

/// What `Retry-After` says, in seconds.
const RETRY_AFTER: u32 = 1;

/// Refuses a request that is one too many, by number or by chance; it has no effect then.
pub(super) fn refuses(switch: &mut Switch) -> Option<Reply> {
    switch
        .is_one_too_many()
        .then(|| Reply::too_many(RETRY_AFTER))
}
