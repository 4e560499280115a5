//! The waiting line equals a plain sorted list, whatever is done to it.
//!
//! Apart from the line itself, whose source the benches measure alone.

use proptest::prelude::*;

use crate::line::{Line, NOWHERE};
use crate::time::Micros;

/// One row of the oracle, which is a plain sorted list.
#[derive(Debug)]
struct Row {
    key: Micros,
    item: u32,
    waits: bool,
}

proptest! {
    #[test]
    fn equals_a_sorted_list(steps in prop::collection::vec((0_u8..8, 0_usize..1000, 0_i64..30), 1..600)) {
        let mut line = Line::default();
        let mut slots: Vec<u32> = Vec::new();
        let mut rows: Vec<Row> = Vec::new();
        let mut clock = 0;
        for (kind, pick, ago) in steps {
            match kind {
                // Mostly at the end, sometimes with an older instant.
                0..=3 => {
                    clock += ago / 10;
                    let key = if kind == 3 { clock - ago } else { clock };
                    let item = slots.len() as u32;
                    slots.push(NOWHERE);
                    line.join(key, item, |item, slot| slots[item as usize] = slot);
                    let at = rows.partition_point(|row| row.key <= key);
                    rows.insert(at, Row { key, item, waits: true });
                }
                _ if rows.is_empty() => {}
                4 | 5 => {
                    let row = rows.remove(pick % rows.len());
                    line.leave(slots[row.item as usize]);
                }
                6 => {
                    let at = pick % rows.len();
                    rows[at].waits = false;
                    line.hide(slots[rows[at].item as usize]);
                }
                _ => {
                    let at = pick % rows.len();
                    rows[at].waits = true;
                    line.show(slots[rows[at].item as usize]);
                }
            }
            let expected: Vec<u32> = rows.iter().filter(|r| r.waits).map(|r| r.item).collect();
            prop_assert_eq!(line.len(), expected.len());
            prop_assert_eq!(line.first(), expected.first().copied());
            prop_assert_eq!(line.waiting().collect::<Vec<_>>(), expected);
            prop_assert_eq!(line.holders().collect::<Vec<_>>(), rows.iter().map(|r| r.item).collect::<Vec<_>>());
            prop_assert_eq!(line.first_holder(), rows.first().map(|r| r.item));
            let mut ahead = 0;
            for row in &rows {
                prop_assert_eq!(line.ahead_of(slots[row.item as usize]), ahead);
                ahead += usize::from(row.waits);
            }
            let older = rows.iter().filter(|r| r.waits && r.key < clock - 10).count();
            prop_assert_eq!(line.ahead_where(|key| key < clock - 10), older);
        }
    }
}

#[test]
fn the_first_is_found_across_a_long_gap() {
    let mut line = Line::default();
    let mut slots = vec![NOWHERE; 5000];
    for item in 0..5000 {
        line.join(i64::from(item), item, |item, slot| {
            slots[item as usize] = slot
        });
    }
    for item in 0..4999 {
        line.hide(slots[item as usize]);
    }
    assert_eq!(line.first(), Some(4999));
    line.show(slots[3]);
    assert_eq!(line.first(), Some(3));
    line.hide(slots[3]);
    assert_eq!(line.first(), Some(4999));
}
