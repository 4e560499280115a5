//! Things that are kept by number until they are forgotten.

use std::collections::VecDeque;

/// Things in the order in which they came, each with a number that is never used again.
#[derive(Debug)]
pub(crate) struct Shelf<T> {
    /// The number of the first place; all things before it have been taken.
    first: u32,
    /// Boxed, as things are large: a list that grows keeps room for as many again.
    places: VecDeque<Option<Box<T>>>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self {
            first: 0,
            places: VecDeque::new(),
        }
    }
}

impl<T> Shelf<T> {
    /// The number of the next thing, which is how many there have ever been.
    pub(crate) fn next(&self) -> u32 {
        self.first + self.places.len() as u32
    }

    pub(crate) fn push(&mut self, thing: T) -> u32 {
        let number = self.next();
        self.places.push_back(Some(Box::new(thing)));
        number
    }

    /// None if it has been taken.
    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        let place = number.checked_sub(self.first)?;
        self.places.get(place as usize)?.as_deref()
    }

    pub(crate) fn get_mut(&mut self, number: u32) -> Option<&mut T> {
        let place = number.checked_sub(self.first)?;
        self.places.get_mut(place as usize)?.as_deref_mut()
    }

    /// Takes a thing away for good.
    pub(crate) fn take(&mut self, number: u32) -> Option<T> {
        let place = number.checked_sub(self.first)?;
        let thing = self.places.get_mut(place as usize)?.take();
        while let Some(None) = self.places.front() {
            self.places.pop_front();
            self.first += 1;
        }
        thing.map(|thing| *thing)
    }

    /// All that are there, oldest first.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, &T)> {
        let places = self.places.iter().enumerate();
        places.filter_map(|(place, thing)| Some((self.first + place as u32, thing.as_deref()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_never_used_again() {
        let mut shelf = Shelf::default();
        let numbers: Vec<u32> = ["a", "b", "c"].map(|thing| shelf.push(thing)).into();
        assert_eq!(numbers, [0, 1, 2]);
        assert_eq!(shelf.take(1), Some("b"));
        assert_eq!((shelf.take(1), shelf.get(1)), (None, None));
        assert_eq!(shelf.take(0), Some("a"));
        assert_eq!((shelf.take(0), shelf.get(0)), (None, None));
        assert_eq!(shelf.push("d"), 3);
        assert_eq!(shelf.iter().collect::<Vec<_>>(), [(2, &"c"), (3, &"d")]);
        assert_eq!((shelf.take(2), shelf.take(3)), (Some("c"), Some("d")));
        assert_eq!((shelf.push("e"), shelf.next()), (4, 5));
        *shelf.get_mut(4).unwrap() = "f";
        assert_eq!((shelf.get(4), shelf.get(5)), (Some(&"f"), None));
    }
}
