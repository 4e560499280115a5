//! The notifications that travel along with another, in JSON.

use escalation_core::{Delivery, Notification};
use serde::Serialize;

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Other<'a> {
    key: String,
    process_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    notification: &'a Notification,
}

pub(crate) fn others(delivery: &Delivery) -> Vec<Other<'_>> {
    delivery
        .others()
        .iter()
        .map(|each| Other {
            key: each.key().to_string(),
            process_id: each.process().as_str(),
            message: each.message(),
            notification: each.notification(),
        })
        .collect()
}
