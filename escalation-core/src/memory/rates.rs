//! Counting attempts per time.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::{Channel, Notification, RateLimit, Scope};

/// The state of each rate limit, by what it counts together and its name.
#[derive(Debug, Default)]
pub(super) struct Rates(HashMap<(Channel, Option<String>, String), DateTime<Utc>>);

impl Rates {
    /// Counts one more attempt if all have room and nothing else refuses it, or says when there
    /// may be room.
    pub(super) fn admit(
        &mut self,
        notification: &Notification,
        rates: &[RateLimit],
        mut refused_until: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<(), DateTime<Utc>> {
        let mut admitted = Vec::with_capacity(rates.len());
        for rate in rates {
            let destination = match rate.scope {
                Scope::Channel => None,
                Scope::Destination => {
                    Some(notification.destination().unwrap_or_default().to_owned())
                }
            };
            let key = (notification.channel().clone(), destination, rate.name());
            match rate.admit(self.0.get(&key).copied(), now) {
                Ok(state) => admitted.push((key, state)),
                Err(until) => refused_until = refused_until.max(Some(until)),
            }
        }
        if let Some(until) = refused_until {
            return Err(until);
        }
        self.0.extend(admitted);
        Ok(())
    }
}
