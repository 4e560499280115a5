//! "Did you mean …?"

use alloc::vec;
use alloc::vec::Vec;

/// The known name that was most likely meant: the same but for case, else at most two letters off.
pub(super) fn nearest<'k>(
    name: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> Option<&'k str> {
    if let Some(same) = known.clone().find(|known| known.eq_ignore_ascii_case(name)) {
        return Some(same);
    }
    // A short name is two letters off from nearly anything, and a long one costs too much to compare.
    let most = match name.len() {
        0..=2 | 65.. => return None,
        3..=5 => 1,
        _ => 2,
    };
    known
        .filter(|known| known.len().abs_diff(name.len()) <= most)
        .map(|known| (distance(name.as_bytes(), known.as_bytes()), known))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Letters to insert, remove, replace or swap with their neighbour (optimal string alignment).
fn distance(left: &[u8], right: &[u8]) -> usize {
    let mut before: Vec<usize> = vec![0; right.len() + 1];
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, &a) in left.iter().enumerate() {
        let mut current = vec![row + 1; right.len() + 1];
        for (column, &b) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(a != b);
            let mut least = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && a == right[column - 1] && left[row - 1] == b {
                least = least.min(before[column - 1] + 1);
            }
            current[column + 1] = least;
        }
        before = core::mem::replace(&mut above, current);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_misses_are_recognised() {
        let known = ["language", "numDigits", "timeout", "loop"];
        let nearest = |name| nearest(name, known.iter().copied());
        assert_eq!(nearest("lagnauge"), Some("language"));
        assert_eq!(nearest("numdigits"), Some("numDigits"));
        assert_eq!(nearest("timeuot"), Some("timeout"));
        assert_eq!(nearest("loops"), Some("loop"));
        assert_eq!(nearest("xyz"), None);
        assert_eq!(nearest("hints"), None);
        assert_eq!(nearest(""), None);
    }
}
