//! What an engine is made of.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use chrono::TimeDelta;

use super::Engine;
use crate::{
    Canceller, Channel, ChannelPolicy, Counters, Delivery, DeliveryWindow, EscalationStore,
    Installation, InvalidChannel, MessageError, Notification, Notifier, Precondition, ProcessId,
    Profile, Reconciler, Template,
};

/// Makes an [`Engine`]; see [`Engine::builder`].
#[must_use]
pub struct EngineBuilder {
    store: Arc<dyn EscalationStore>,
    channels: HashMap<String, Route>,
    precondition: Option<Arc<dyn Precondition>>,
    window: Option<Arc<dyn DeliveryWindow>>,
    profile: Profile,
    concurrency: usize,
    lease: TimeDelta,
    poll_interval: TimeDelta,
    installation: Option<Installation>,
}

/// Everything that belongs to one channel.
#[derive(Clone, Default)]
pub(super) struct Route {
    pub(super) notifier: Option<Arc<dyn Notifier>>,
    pub(super) reconciler: Option<Arc<dyn Reconciler>>,
    pub(super) canceller: Option<Arc<dyn Canceller>>,
    pub(super) policy: ChannelPolicy,
    templates: HashMap<String, Template>,
}

impl Route {
    /// The words of a delivery; `None` if its notification names no template.
    pub(super) fn message(&self, delivery: &Delivery) -> Result<Option<String>, MessageError> {
        self.template(delivery.notification())?
            .map(|template| template.render(delivery))
            .transpose()
    }

    /// Whether the words of a notification could be written.
    pub(super) fn can_say(
        &self,
        process: &ProcessId,
        notification: &Notification,
    ) -> Result<(), MessageError> {
        self.template(notification)?.map_or(Ok(()), |template| {
            template.preview(process, notification).map(drop)
        })
    }

    fn template(&self, notification: &Notification) -> Result<Option<&Template>, MessageError> {
        let Some(name) = notification.template() else {
            return Ok(None);
        };
        match self.templates.get(name) {
            Some(template) => Ok(Some(template)),
            None => Err(MessageError::UnknownTemplate {
                channel: notification.channel().to_string(),
                template: name.to_owned(),
            }),
        }
    }
}

/// Why an engine cannot be built.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A channel has a name that no notification can have.
    #[error(transparent)]
    Channel(#[from] InvalidChannel),
    /// A channel has settings, but nothing that delivers.
    #[error("the channel `{channel}` has no notifier: add `.notifier(\"{channel}\", ..)`")]
    NoNotifier {
        /// The channel.
        channel: String,
    },
    /// A channel goes over to one that leads back to it.
    #[error("notifications of `{channel}` would go round in circles: let one of its ways end")]
    Circle {
        /// The channel.
        channel: String,
    },
}

impl EngineBuilder {
    pub(super) fn new(store: Arc<dyn EscalationStore>) -> Self {
        Self {
            store,
            channels: HashMap::new(),
            precondition: None,
            window: None,
            profile: Profile::strict(),
            concurrency: 32,
            lease: TimeDelta::seconds(60),
            poll_interval: TimeDelta::seconds(5),
            installation: None,
        }
    }

    fn route(&mut self, channel: impl Into<String>) -> &mut Route {
        self.channels.entry(channel.into()).or_default()
    }

    /// Delivers the notifications of a channel.
    pub fn notifier(mut self, channel: impl Into<String>, notifier: Arc<dyn Notifier>) -> Self {
        self.route(channel).notifier = Some(notifier);
        self
    }

    /// Treats the notifications of a channel like that, instead of [`ChannelPolicy::new`].
    pub fn channel(mut self, channel: impl Into<String>, policy: ChannelPolicy) -> Self {
        self.route(channel).policy = policy;
        self
    }

    /// Asks what became of attempts of a channel whose outcome is unknown; used if the channel's
    /// policy is [`UnknownPolicy::Reconcile`](crate::UnknownPolicy::Reconcile).
    pub fn reconciler(
        mut self,
        channel: impl Into<String>,
        reconciler: Arc<dyn Reconciler>,
    ) -> Self {
        self.route(channel).reconciler = Some(reconciler);
        self
    }

    /// Cancels attempts of a channel that are under way when their process is stopped.
    pub fn canceller(mut self, channel: impl Into<String>, canceller: Arc<dyn Canceller>) -> Self {
        self.route(channel).canceller = Some(canceller);
        self
    }

    /// Words for the notifications of a channel that [name](crate::Notification::saying) this
    /// template. A request that names one which is not there, or lacks one of its fields, is
    /// refused when it is made.
    pub fn template(
        mut self,
        channel: impl Into<String>,
        name: impl Into<String>,
        template: Template,
    ) -> Self {
        let templates = &mut self.route(channel).templates;
        templates.insert(name.into(), template);
        self
    }

    /// Asks before each delivery whether its reason still holds.
    pub fn precondition(mut self, precondition: impl Precondition + 'static) -> Self {
        self.precondition = Some(Arc::new(precondition));
        self
    }

    /// Asks before each delivery whether its destination may be disturbed.
    pub fn window(mut self, window: impl DeliveryWindow + 'static) -> Self {
        self.window = Some(Arc::new(window));
        self
    }

    /// How strictly [`Engine::submit`] and [`Engine::intake`] read; [`Profile::strict`] unless
    /// told. Every channel with a notifier is accepted too.
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// How many deliveries are under way at a time, at least 1; 32 unless told.
    ///
    /// All channels share them. Give a channel that may hang a
    /// [limit](crate::ChannelPolicy::concurrency) below this, so that it leaves room for the others.
    pub fn concurrency(mut self, deliveries: usize) -> Self {
        self.concurrency = deliveries.max(1);
        self
    }

    /// How long a claim lasts without a word from its worker, at least a second; a minute unless
    /// told. After a crash it takes this long until another worker takes over.
    pub fn lease(mut self, lease: TimeDelta) -> Self {
        self.lease = lease.clamp(TimeDelta::seconds(1), TimeDelta::days(1));
        self
    }

    /// How often [`Engine::run`] looks for what other programs have started, at least every
    /// second; every 5 s unless told.
    pub fn poll_interval(mut self, interval: TimeDelta) -> Self {
        self.poll_interval = interval.clamp(TimeDelta::seconds(1), TimeDelta::days(1));
        self
    }

    /// Puts this name in front of every [idempotency key](crate::IdempotencyKey), so that no other
    /// store's notification has the same one; none unless told.
    ///
    /// Give it wherever something outside remembers keys: a webhook's receiver, a mail server. It
    /// must stay the same for as long as the store lives; see [`Installation`].
    pub fn installation(mut self, installation: Installation) -> Self {
        self.installation = Some(installation);
        self
    }

    /// The engine.
    ///
    /// # Errors
    /// [`BuildError`] if a channel has an impossible name or nothing that delivers, or goes over to
    /// one that has not, or in circles.
    pub fn build(self) -> Result<Engine, BuildError> {
        let mut routes = HashMap::with_capacity(self.channels.len());
        let mut profile = self.profile;
        for (name, route) in self.channels {
            let channel = Channel::new(name)?;
            if route.notifier.is_none() {
                return Err(BuildError::NoNotifier {
                    channel: channel.to_string(),
                });
            }
            profile = profile.allow(channel.clone());
            routes.insert(channel, route);
        }
        check_ways(&routes)?;
        Ok(Engine {
            store: self.store,
            routes,
            precondition: self.precondition,
            window: self.window,
            profile,
            concurrency: self.concurrency,
            lease: self.lease,
            poll_interval: self.poll_interval,
            installation: self.installation,
            counters: Counters::default(),
        })
    }
}

/// Every way from channel to channel must lead to a notifier and end.
fn check_ways(routes: &HashMap<Channel, Route>) -> Result<(), BuildError> {
    for channel in routes.keys() {
        let mut ways = vec![channel];
        let mut seen = 0;
        while let Some(from) = ways.get(seen).copied() {
            let Some(route) = routes.get(from) else {
                return Err(BuildError::NoNotifier {
                    channel: from.to_string(),
                });
            };
            for to in route.policy.alternatives() {
                if to == channel {
                    return Err(BuildError::Circle {
                        channel: channel.to_string(),
                    });
                }
                if !ways.contains(&to) {
                    ways.push(to);
                }
            }
            seen += 1;
        }
    }
    Ok(())
}

impl fmt::Debug for EngineBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineBuilder")
            .field("store", &self.store)
            .field("channels", &self.channels.keys())
            .finish_non_exhaustive()
    }
}
