use core::fmt;
use core::time::Duration;

use super::AttributeValue;
use super::primitive::canonical;
use crate::render::Xml;

macro_rules! time {
    (
        $(#[$doc:meta])*
        $name:ident, $unit:literal, $of:ident, $to:ident
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(i32);

        impl $name {
            #[doc = concat!("So many ", $unit, ".")]
            #[must_use]
            pub const fn new(number: i32) -> Self {
                Self(number)
            }

            /// The number as it stands in the document.
            #[must_use]
            pub const fn get(self) -> i32 {
                self.0
            }

            /// The span; a negative number, which Twilio refuses and lint reports, counts as nothing.
            #[must_use]
            pub const fn duration(self) -> Duration {
                if self.0 < 0 { Duration::ZERO } else { Duration::$to(self.0.unsigned_abs() as u64) }
            }
        }

        impl From<i32> for $name {
            fn from(number: i32) -> Self {
                Self(number)
            }
        }

        impl From<u32> for $name {
            /// Numbers beyond [`i32::MAX`], some 24 days at the least, become that.
            fn from(number: u32) -> Self {
                Self(i32::try_from(number).unwrap_or(i32::MAX))
            }
        }

        impl From<Duration> for $name {
            #[doc = concat!("Whole ", $unit, ", rounded up, at most [`i32::MAX`].")]
            fn from(span: Duration) -> Self {
                let whole = span.$of() as u128;
                let part = u128::from(Self(1).duration() * u32::try_from(whole).unwrap_or(u32::MAX) < span);
                Self(i32::try_from(whole + part).unwrap_or(i32::MAX))
            }
        }

        impl From<$name> for Duration {
            fn from(time: $name) -> Self {
                time.duration()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl AttributeValue for $name {
            const EXPECTED: &'static str = concat!("a whole number of ", $unit);

            fn write(&self, x: &mut Xml<'_>) {
                x.number(i64::from(self.0))
            }

            fn read(value: &str) -> Option<Self> {
                canonical(value)?.parse().ok().map(Self)
            }
        }
    };
}

time! {
    /// A time in whole seconds, as most attributes count it.
    ///
    /// Made from a number or a [`Duration`]. Building never fails: what is out of an attribute's range is
    /// rendered as it is, and lint reports it.
    ///
    /// ```
    /// use std::time::Duration;
    /// use twiml::values::Seconds;
    ///
    /// assert_eq!(Seconds::from(5), Seconds::from(Duration::from_millis(4_001)));
    /// assert_eq!(Seconds::from(5).duration(), Duration::from_secs(5));
    /// ```
    Seconds, "seconds", as_secs, from_secs
}

time! {
    /// A time in whole milliseconds, as answering machine detection counts it.
    Milliseconds, "milliseconds", as_millis, from_millis
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_round_up_and_saturate() {
        assert_eq!(Seconds::from(Duration::ZERO).get(), 0);
        assert_eq!(Seconds::from(Duration::from_nanos(1)).get(), 1);
        assert_eq!(Seconds::from(Duration::from_secs(7)).get(), 7);
        assert_eq!(Seconds::from(Duration::MAX).get(), i32::MAX);
        assert_eq!(Milliseconds::from(Duration::from_micros(1_500)).get(), 2);
        assert_eq!(Milliseconds::from(Duration::MAX).get(), i32::MAX);
        assert_eq!(Seconds::from(-3).duration(), Duration::ZERO);
    }
}
