//! Which of several idle agents gets a caller.

/// Which of several idle agents gets a caller. Ties go to the longest idle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Selection {
    /// The agent who has been idle longest. O(1); the others are O(idle agents).
    #[default]
    LongestIdle,
    /// The agent who has had the fewest calls.
    FewestCalls,
    /// The agent who has talked the least.
    LeastTalkTime,
    /// Agents in the order they became known, in turn.
    RoundRobin,
    /// By lot. The same seed and history draw the same agents.
    Random {
        /// Sets the draw.
        seed: u64,
    },
}
