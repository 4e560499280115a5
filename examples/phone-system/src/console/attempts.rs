//! How often somebody may try to sign in.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Attempts are counted for so long, from the first on.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// For one name from one address, or from one browser that is known.
const PER_PAIR: u32 = 5;
/// From one address: a household, or an office behind one address.
const PER_ADDRESS: u32 = 30;
/// For one name, from anywhere: low enough against a botnet. Whoever tries so often locks the name out, but not the one
/// whose name it is where they have signed in before.
const PER_NAME: u32 = 100;
/// So many names and addresses are remembered; the oldest are forgotten first.
const REMEMBERED: usize = 20_000;

/// Where somebody tries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// In a browser in which this very name has signed in before: how it is known.
    Device(String),
    /// In any other, at this address.
    Address(IpAddr),
}

/// Counts the failed attempts per name and per place.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    devices: Counts<String>,
    pairs: Counts<(String, IpAddr)>,
    names: Counts<String>,
    addresses: Counts<IpAddr>,
}

impl Attempts {
    /// Somebody wants to try. Counted as failed until [`succeeded`](Self::succeeded) is said, so that many attempts at
    /// once do not slip through.
    ///
    /// # Errors
    /// How long to wait, when there were too many.
    pub(crate) fn begins(
        &self,
        name: &str,
        place: &Place,
        now: DateTime<Utc>,
    ) -> Result<(), TimeDelta> {
        let mut inner = self.lock();
        let from = match place {
            // What others try elsewhere does not count here.
            Place::Device(key) => {
                if let Some(wait) = inner.devices.wait(key, PER_PAIR, now) {
                    return Err(wait);
                }
                inner.devices.count(key.clone(), now);
                return Ok(());
            }
            Place::Address(from) => network(*from),
        };
        let pair = (name.to_lowercase(), from);
        let wait = [
            inner.pairs.wait(&pair, PER_PAIR, now),
            inner.names.wait(&pair.0, PER_NAME, now),
            inner.addresses.wait(&pair.1, PER_ADDRESS, now),
        ];
        if let Some(wait) = wait.into_iter().flatten().max() {
            return Err(wait);
        }
        inner.names.count(pair.0.clone(), now);
        inner.addresses.count(pair.1, now);
        inner.pairs.count(pair, now);
        Ok(())
    }

    /// The attempt could not be made, and does not count.
    pub(crate) fn takes_back(&self, name: &str, place: &Place) {
        let mut inner = self.lock();
        let from = match place {
            Place::Device(key) => return inner.devices.take_back(key),
            Place::Address(from) => network(*from),
        };
        let pair = (name.to_lowercase(), from);
        inner.names.take_back(&pair.0);
        inner.addresses.take_back(&pair.1);
        inner.pairs.take_back(&pair);
    }

    /// The password was right: this attempt does not count, nor those before by the same person.
    pub(crate) fn succeeded(&self, name: &str, place: &Place) {
        let mut inner = self.lock();
        let from = match place {
            Place::Device(key) => {
                inner.devices.of.remove(key);
                return;
            }
            Place::Address(from) => network(*from),
        };
        let name = name.to_lowercase();
        inner.names.take_back(&name);
        inner.addresses.take_back(&from);
        inner.pairs.of.remove(&(name, from));
    }

    // Every change is to a count of its own, so what a panicking thread left behind is whole.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever has an IPv6 address has 2^64 of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() >> 64 << 64).into()),
        address => address,
    }
}

#[derive(Debug)]
struct Counts<K> {
    of: HashMap<K, (u32, DateTime<Utc>)>,
}

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self { of: HashMap::new() }
    }
}

impl<K: Eq + Hash + Clone> Counts<K> {
    fn wait(&self, key: &K, limit: u32, now: DateTime<Utc>) -> Option<TimeDelta> {
        let (count, since) = self.of.get(key)?;
        let over = *since + WINDOW;
        (*count >= limit && over > now).then(|| over - now)
    }

    fn count(&mut self, key: K, now: DateTime<Utc>) {
        if self.of.len() >= REMEMBERED && !self.of.contains_key(&key) {
            self.of.retain(|_, (_, since)| *since + WINDOW > now);
            if self.of.len() >= REMEMBERED {
                let oldest = self.of.iter().min_by_key(|(_, (_, since))| *since);
                if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                    self.of.remove(&oldest);
                }
            }
        }
        let (count, since) = self.of.entry(key).or_insert((0, now));
        if *since + WINDOW <= now {
            (*count, *since) = (0, now);
        }
        *count += 1;
    }

    fn take_back(&mut self, key: &K) {
        if let Some((count, _)) = self.of.get_mut(key) {
            *count = count.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: &Place = &Place::Address(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)));
    const AWAY: &Place = &Place::Address(IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 1)));

    /// One of as many networks as there are.
    fn from(n: u32) -> Place {
        Place::Address(IpAddr::V6((u128::from(n) << 64).into()))
    }

    fn nine() -> DateTime<Utc> {
        "2026-05-01T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn guessing_is_stopped_and_the_owner_is_not() {
        let attempts = Attempts::default();
        for _ in 0..PER_PAIR {
            attempts.begins("ann", AWAY, nine()).unwrap();
        }
        let later = nine() + TimeDelta::minutes(5);
        assert_eq!(
            attempts.begins("ANN", AWAY, later),
            Err(TimeDelta::minutes(10))
        );
        attempts.begins("ann", HOME, later).unwrap();
        attempts.begins("ann", AWAY, nine() + WINDOW).unwrap();
    }

    #[test]
    fn one_address_may_not_try_many_names() {
        let attempts = Attempts::default();
        let tries = |n: u32| attempts.begins(&format!("name {n}"), AWAY, nine());
        assert_eq!((0..1_000).filter(|n| tries(*n).is_ok()).count(), 30);
        attempts.begins("ann", HOME, nine()).unwrap();
    }

    #[test]
    fn many_addresses_may_not_try_one_name() {
        let attempts = Attempts::default();
        let tries = |n: u32| attempts.begins("ann", &from(n), nine());
        assert_eq!((1..1_000).filter(|n| tries(*n).is_ok()).count(), 100);
        // Not even the owner, from another address; but in a browser of theirs.
        assert!(attempts.begins("ann", HOME, nine()).is_err());
        let known = Place::Device("a hash".to_owned());
        for _ in 0..PER_PAIR {
            attempts.begins("ann", &known, nine()).unwrap();
        }
        assert_eq!(attempts.begins("ann", &known, nine()), Err(WINDOW));
        attempts.takes_back("ann", &known);
        attempts.begins("ann", &known, nine()).unwrap();
        attempts.succeeded("ann", &known);
        attempts.begins("ann", &known, nine()).unwrap();
    }

    #[test]
    fn who_signs_in_and_out_all_day_is_not_counted() {
        let attempts = Attempts::default();
        for _ in 0..1_000 {
            attempts.begins("ann", HOME, nine()).unwrap();
            attempts.succeeded("ann", HOME);
        }
    }

    #[test]
    fn memory_is_bounded() {
        let attempts = Attempts::default();
        for n in 0..REMEMBERED as u32 + 500 {
            let at = nine() + TimeDelta::milliseconds(i64::from(n));
            let _ = attempts.begins(&n.to_string(), &from(n), at);
        }
        assert!(attempts.lock().pairs.of.len() <= REMEMBERED);
        assert!(attempts.lock().names.of.len() <= REMEMBERED);
    }
}
