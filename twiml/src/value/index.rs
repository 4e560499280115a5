//! Finds a name in a list: a hash table made at compile time, since the longest list has more than a thousand.

/// Where each name of a list stands in it, by its hash.
pub(crate) struct Index<const SLOTS: usize>([u16; SLOTS]);

/// How many slots an index of so many names has: enough that most hold one name or none.
pub(crate) const fn slots(names: usize) -> usize {
    (2 * names + 1).next_power_of_two()
}

impl<const SLOTS: usize> Index<SLOTS> {
    /// The index of `names`, of which there are fewer than `SLOTS`, a power of two.
    pub(crate) const fn new(names: &[&str]) -> Self {
        // Zero is an empty slot, so places count from one.
        let mut places = [0; SLOTS];
        let mut place = 0;
        while place < names.len() {
            let mut slot = hash(names[place]) % SLOTS;
            while places[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            place += 1;
            places[slot] = place as u16;
        }
        Self(places)
    }

    /// Where `name` stands in `names`, the list that this index is of.
    pub(crate) fn find(&self, names: &[&str], name: &str) -> Option<usize> {
        let mut slot = hash(name) % SLOTS;
        // An empty slot ends every search: there are more slots than names.
        loop {
            let place = usize::from(self.0[slot]).checked_sub(1)?;
            if names[place] == name {
                return Some(place);
            }
            slot = (slot + 1) % SLOTS;
        }
    }
}

/// FNV-1a, folded so that the low bits depend on all.
const fn hash(name: &str) -> usize {
    let bytes = name.as_bytes();
    let mut hash: u32 = 0x811C_9DC5;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    (hash ^ (hash >> 15)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{Method, Voice};

    #[test]
    fn every_name_is_found_and_no_other() {
        fn check<const SLOTS: usize>(index: &Index<SLOTS>, names: &[&str]) {
            for (place, name) in names.iter().enumerate() {
                assert_eq!(index.find(names, name), Some(place), "{name}");
                assert_eq!(index.find(names, &name[1..]), None, "{name}");
            }
            assert_eq!(index.find(names, ""), None);
        }
        static VOICES: Index<{ slots(Voice::NAMES.len()) }> = Index::new(Voice::NAMES);
        check(&VOICES, Voice::NAMES);
        static METHODS: Index<{ slots(Method::NAMES.len()) }> = Index::new(Method::NAMES);
        check(&METHODS, Method::NAMES);
        check(&Index::<1>::new(&[]), &[]);
    }
}
