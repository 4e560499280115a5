//! A fast hash for tables keyed by our own IDs.
//!
//! Call and agent numbers are chosen by the host and tokens by us, never by a caller, so that the
//! standard library's defence against chosen keys would cost speed and buy nothing. One multiply
//! folds all 128 bits, and both halves of the product are used.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

pub(crate) type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct IdHasher(u64);

const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number ^ ODD).wrapping_mul(u128::from(ODD));
        self.0 = (product >> 64) as u64 ^ product as u64;
    }

    fn write_u128(&mut self, number: u128) {
        self.write_u64((number >> 64) as u64 ^ (number as u64).rotate_left(32));
        self.write_u64(number as u64);
    }
}
