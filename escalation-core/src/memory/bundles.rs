//! Which notifications may travel together.

use std::collections::{BTreeSet, HashMap};

use crate::{Channel, Generation, Notification, Sequence, TenantId};

/// The open notifications that name a bundle, by what they must have in common.
#[derive(Debug, Default)]
pub(super) struct Bundles(HashMap<Bundle, BTreeSet<(Generation, Sequence)>>);

#[derive(Debug, PartialEq, Eq, Hash)]
struct Bundle {
    tenant: TenantId,
    channel: Channel,
    destination: Option<String>,
    name: String,
}

impl Bundle {
    fn of(tenant: &TenantId, notification: &Notification) -> Option<Self> {
        Some(Self {
            name: notification.bundle()?.to_owned(),
            tenant: tenant.clone(),
            channel: notification.channel().clone(),
            destination: notification.destination().map(str::to_owned),
        })
    }
}

impl Bundles {
    pub(super) fn insert(
        &mut self,
        tenant: &TenantId,
        notification: &Notification,
        key: (Generation, Sequence),
    ) {
        if let Some(bundle) = Bundle::of(tenant, notification) {
            self.0.entry(bundle).or_default().insert(key);
        }
    }

    pub(super) fn remove(
        &mut self,
        tenant: &TenantId,
        notification: &Notification,
        key: (Generation, Sequence),
    ) {
        let Some(bundle) = Bundle::of(tenant, notification) else {
            return;
        };
        if let Some(keys) = self.0.get_mut(&bundle) {
            keys.remove(&key);
            if keys.is_empty() {
                self.0.remove(&bundle);
            }
        }
    }

    /// All that may travel with a notification, itself included, in no useful order.
    pub(super) fn alongside(
        &self,
        tenant: &TenantId,
        notification: &Notification,
    ) -> Vec<(Generation, Sequence)> {
        Bundle::of(tenant, notification)
            .and_then(|bundle| self.0.get(&bundle))
            .map(|keys| keys.iter().copied().collect())
            .unwrap_or_default()
    }
}
