//! The locks of the shared shell: the standard library's; in this crate's own tests shuttle's, which
//! tries many schedules of those who take them.

#[cfg(not(test))]
pub(crate) use std::sync::{Mutex, MutexGuard, RwLock};

#[cfg(test)]
pub(crate) use shuttle::sync::{Mutex, MutexGuard, RwLock};
