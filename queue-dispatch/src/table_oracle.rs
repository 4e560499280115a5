//! The table equals an ordered map, whatever comes and goes.
//!
//! Apart from the table itself, whose source the benches measure alone.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::ids::CallId;
use crate::table::{Row, Table};

impl Row for CallId {
    type Id = Self;

    fn id(&self) -> Self {
        *self
    }
}

proptest! {
    /// Rows that come and go at random are found by their ids, and keep their numbers.
    #[test]
    fn equals_a_map(steps in prop::collection::vec((0_u8..3, 0_u128..90), 1..400)) {
        let mut table = Table::<CallId>::default();
        let mut map: BTreeMap<u128, u32> = BTreeMap::new();
        for (kind, id) in steps {
            match map.get(&id) {
                None if kind < 2 => {
                    let number = table.insert(CallId::new(id));
                    prop_assert!(map.values().all(|&other| other != number));
                    map.insert(id, number);
                }
                Some(&number) if kind > 0 => {
                    table.remove(number);
                    map.remove(&id);
                }
                _ => {}
            }
            prop_assert_eq!(table.len(), map.len());
            for id in 0..90 {
                prop_assert_eq!(table.find(CallId::new(id)), map.get(&id).copied());
            }
            let mut numbers: Vec<u32> = table.numbers().collect();
            numbers.sort_unstable();
            let mut expected: Vec<u32> = map.values().copied().collect();
            expected.sort_unstable();
            prop_assert_eq!(numbers, expected);
        }
    }
}
