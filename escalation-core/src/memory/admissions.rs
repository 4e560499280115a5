//! Counting attempts in flight and attempts per time.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::{Admission, Channel, Notification, Scope};

#[derive(Debug, Default)]
pub(super) struct Admissions {
    in_flight: HashMap<Key, u32>,
    rates: HashMap<(Key, String), DateTime<Utc>>,
}

/// A channel, and perhaps one destination of it.
type Key = (Channel, Option<String>);

fn key(scope: Scope, notification: &Notification) -> Key {
    let destination = match scope {
        Scope::Channel => None,
        Scope::Destination => Some(notification.destination().unwrap_or_default().to_owned()),
    };
    (notification.channel().clone(), destination)
}

impl Admissions {
    /// Counts one more attempt, or says when there may be room.
    pub(super) fn admit(
        &mut self,
        notification: &Notification,
        admission: &Admission,
        now: DateTime<Utc>,
    ) -> Result<(), DateTime<Utc>> {
        let crowded = admission.concurrency.iter().any(|limit| {
            let key = key(limit.scope, notification);
            self.in_flight.get(&key).copied().unwrap_or(0) >= limit.max
        });
        let mut refused_until = crowded.then(|| {
            now.checked_add_signed(admission.look_again_after)
                .unwrap_or(now)
        });
        let mut admitted = Vec::with_capacity(admission.rates.len());
        for rate in &admission.rates {
            let key = (key(rate.scope, notification), rate.name());
            match rate.admit(self.rates.get(&key).copied(), now) {
                Ok(state) => admitted.push((key, state)),
                Err(until) => refused_until = refused_until.max(Some(until)),
            }
        }
        if let Some(until) = refused_until {
            return Err(until);
        }
        self.rates.extend(admitted);
        for scope in [Scope::Channel, Scope::Destination] {
            *self.in_flight.entry(key(scope, notification)).or_default() += 1;
        }
        Ok(())
    }

    /// An admitted attempt is over.
    pub(super) fn leave(&mut self, notification: &Notification) {
        for scope in [Scope::Channel, Scope::Destination] {
            let key = key(scope, notification);
            if let Some(count) = self.in_flight.get_mut(&key) {
                *count -= 1;
                if *count == 0 {
                    self.in_flight.remove(&key);
                }
            }
        }
    }
}
