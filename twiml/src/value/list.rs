use alloc::vec::Vec;
use core::ops::Deref;

use super::AttributeValue;
use crate::Text;
use crate::render::Xml;

macro_rules! list {
    ($(#[$doc:meta])* $name:ident, $separator:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name<T = Text>(Vec<T>);

        impl<T> $name<T> {
            /// The items in order.
            #[must_use]
            pub fn as_slice(&self) -> &[T] {
                &self.0
            }
        }

        impl<T> Deref for $name<T> {
            type Target = [T];

            fn deref(&self) -> &[T] {
                &self.0
            }
        }

        impl<T, I: Into<T>> FromIterator<I> for $name<T> {
            fn from_iter<A: IntoIterator<Item = I>>(items: A) -> Self {
                Self(items.into_iter().map(Into::into).collect())
            }
        }

        impl<'l, T> IntoIterator for &'l $name<T> {
            type Item = &'l T;
            type IntoIter = core::slice::Iter<'l, T>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.iter()
            }
        }

        #[allow(private_bounds, reason = "every value type of this crate fits")]
        impl<T: AttributeValue> AttributeValue for $name<T> {
            const EXPECTED: &'static str = $expected;

            fn write(&self, x: &mut Xml<'_>) {
                for (at, item) in self.0.iter().enumerate() {
                    if at > 0 {
                        x.plain($separator);
                    }
                    item.write(x);
                }
            }

            fn read(value: &str) -> Option<Self> {
                Self::split(value).map(T::read).collect::<Option<Vec<T>>>().map(Self)
            }
        }
    };
}

list! {
    /// Values joined by one space, as in `input="dtmf speech"`.
    SpaceList, " ", "values separated by spaces"
}

list! {
    /// Phrases joined by commas, as in `hints="this is a phrase,another"`.
    CommaList, ",", "phrases separated by commas"
}

impl<T> SpaceList<T> {
    fn split(value: &str) -> impl Iterator<Item = &str> {
        value.split_ascii_whitespace()
    }
}

impl<T> CommaList<T> {
    fn split(value: &str) -> impl Iterator<Item = &str> {
        // Blanks round a phrase are for the reader; an empty attribute has no phrase at all.
        value
            .split(',')
            .map(str::trim)
            .filter(|_| !value.trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::super::written;
    use super::*;

    #[test]
    fn lists_render_with_their_separator_and_read_back() {
        let list: CommaList = ["press one", "two"].into_iter().collect();
        assert_eq!(written(&list), "press one,two");
        assert_eq!(CommaList::read("press one, two"), Some(list));
        let list: SpaceList<u32> = [1u32, 2].into_iter().collect();
        assert_eq!(written(&list), "1 2");
        assert_eq!(SpaceList::read(" 1  2"), Some(list));
        assert_eq!(SpaceList::<u32>::read("1 x"), None);
        assert_eq!(CommaList::<Text>::read("").map(|list| list.len()), Some(0));
    }
}
