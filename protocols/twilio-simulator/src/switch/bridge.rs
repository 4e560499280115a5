//! Two people who can hear each other.

use crate::call::Sound;
use crate::switch::leg::Activity;
use crate::switch::{LegId, Switch};
use crate::transcript::Event;

impl Switch {
    /// Lets two legs hear each other. The first is the one whose `<Dial>` it is.
    pub(super) fn join(&mut self, dialler: LegId, other: LegId) {
        self.answer(dialler);
        self.cut_sound(dialler);
        self.cut_sound(other);
        let sids = (self.leg(dialler).sid, self.leg(other).sid);
        self.leg_mut(dialler).activity = Activity::Joined;
        self.leg_mut(other).activity = Activity::Joined;
        self.journal(dialler, Event::Joined { with: sids.1 });
        self.hear(dialler, Sound::Person(sids.1));
        self.hear(other, Sound::Person(sids.0));
        let limit = self
            .leg(dialler)
            .dialling
            .as_ref()
            .and_then(|dialling| dialling.dial.time_limit);
        if let Some(limit) = limit {
            let token = self.timer(dialler, limit);
            if let Some(dialling) = &mut self.leg_mut(dialler).dialling {
                dialling.time_limit = Some(token);
            }
        }
        self.record_dial(dialler);
        self.person_gets_through(dialler);
        self.person_gets_through(other);
    }

    /// Two legs can no longer hear each other.
    pub(super) fn part(&mut self, dialler: LegId, other: LegId) {
        let from = self.leg(other).sid;
        for leg in [dialler, other] {
            if matches!(self.leg(leg).activity, Activity::Joined) {
                self.leg_mut(leg).activity = Activity::Idle;
                self.heard_until_now(leg);
            }
        }
        self.journal(dialler, Event::Parted { from });
    }
}
