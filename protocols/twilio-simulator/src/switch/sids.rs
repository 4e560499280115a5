//! SIDs drawn from a seed.

/// Makes SIDs that depend on nothing but the seed and how many were made before.
#[derive(Clone, Debug)]
pub(crate) struct Sids {
    state: u64,
}

impl Sids {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Two letters and 32 hexadecimal digits.
    pub(crate) fn next(&mut self, prefix: &str) -> String {
        let (high, low) = (self.draw(), self.draw());
        format!("{prefix}{high:016x}{low:016x}")
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): every state is visited once, so no SID comes twice.
    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
