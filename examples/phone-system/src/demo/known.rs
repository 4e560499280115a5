//! What the directory of the demo says of callers. It takes its time, and sometimes does not answer: that shows on the
//! console, and holds nobody up.

use std::time::Duration;

use serde_json::json;

use super::cast::CUSTOMERS;
use crate::directory::FakeDirectory;

const TAKES: Duration = Duration::from_secs(3);

/// Callers of the controlled world who are no customers of the lively one.
const GUESTS: [(&str, &str); 2] = [("+447700900981", "Mrs Hall"), ("+447700900982", "Mr Okoro")];
const COMPANIES: [&str; 5] = [
    "Hall & Sons",
    "Lindt Logistics",
    "Harbour Hotel",
    "Green Street Surgery",
    "Northern Looms",
];
const PLANS: [&str; 3] = ["Solo", "Team", "Fleet"];

pub(super) fn directory() -> FakeDirectory {
    let customers = CUSTOMERS.iter().map(|one| (one.number, one.name));
    let mut directory = FakeDirectory::new().takes(TAKES);
    for (place, (number, name)) in GUESTS.into_iter().chain(customers).enumerate() {
        let profile = json!({
            "name": name,
            "company": COMPANIES[place % COMPANIES.len()],
            "open_tickets": place * 7 % 4,
            "customer_since": 2012 + place * 5 % 13,
            "plan": PLANS[place % PLANS.len()],
        });
        directory = directory.knows(number, profile.to_string());
        // Every fourth is found by the second attempt only, which shows on the console.
        if place % 4 == 0 {
            directory = directory.fails_for(number, 1);
        }
    }
    directory
}
