//! Chance that depends on a seed alone.

/// SplitMix64 (Steele, Lea, Flood 2014): every state is visited once, so no number of 64 bits comes
/// twice from one seed.
#[derive(Clone, Debug)]
pub(crate) struct Chance {
    state: u64,
}

impl Chance {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { state: seed }
    }

    pub(crate) fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to 99. The bias of the remainder is far below what a fault plan can show.
    pub(crate) fn percent(&mut self) -> u64 {
        self.draw() % 100
    }

    /// Two letters and 32 hexadecimal digits.
    pub(crate) fn sid(&mut self, prefix: &str) -> String {
        let (high, low) = (self.draw(), self.draw());
        format!("{prefix}{high:016x}{low:016x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_are_those_of_the_reference_implementation() {
        // From <https://prng.di.unimi.it/splitmix64.c> with state 1234567.
        let mut chance = Chance::seeded(1_234_567);
        assert_eq!(chance.draw(), 6_457_827_717_110_365_317);
        assert_eq!(chance.draw(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_sid_has_its_form() {
        let sid = Chance::seeded(7).sid("QU");
        assert!(sid.starts_with("QU"));
        assert_eq!(sid.len(), 34);
    }
}
