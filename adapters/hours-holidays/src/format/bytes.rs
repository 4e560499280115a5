/// Reads numbers and strings from the bytes of a data file.
///
/// The files are our own, and the tests decode every one of them to its last day. So that a bad file could
/// still never panic, reading past the end gives zeros and empty strings.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    rest: &'static [u8],
}

impl Reader {
    pub(crate) fn new(bytes: &'static [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        match self.rest.split_first() {
            Some((first, rest)) => {
                self.rest = rest;
                *first
            }
            None => 0,
        }
    }

    pub(crate) fn take(&mut self, length: usize) -> &'static [u8] {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    /// Seven bits a byte, lowest first; the high bit says that more follow.
    pub(crate) fn number(&mut self) -> u32 {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte();
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        number
    }

    pub(crate) fn length(&mut self) -> usize {
        self.number() as usize
    }

    /// A signed number: even ones are positive.
    pub(crate) fn signed(&mut self) -> i32 {
        let number = self.number();
        (number >> 1) as i32 ^ -((number & 1) as i32)
    }

    pub(crate) fn text(&mut self) -> &'static str {
        let length = self.length();
        str::from_utf8(self.take(length)).unwrap_or_default()
    }

    /// A strictly ascending list, kept as its length and the gaps.
    pub(crate) fn ascending(&mut self) -> Vec<usize> {
        let mut next = 0;
        let mut numbers = Vec::new();
        for _ in 0..self.length() {
            if self.is_empty() {
                break;
            }
            let number = next + self.length();
            numbers.push(number);
            next = number + 1;
        }
        numbers
    }

    /// Sorted strings, each kept as the length of what it shares with the one before and the rest of it.
    pub(crate) fn strings(&mut self) -> Vec<String> {
        let mut strings = Vec::new();
        let mut current = Vec::new();
        for _ in 0..self.length() {
            if self.is_empty() {
                break;
            }
            current.truncate(self.length());
            let length = self.length();
            current.extend_from_slice(self.take(length));
            strings.push(String::from_utf8_lossy(&current).into_owned());
        }
        strings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_seven_bits_a_byte() {
        assert_eq!(Reader::new(&[5]).number(), 5);
        assert_eq!(Reader::new(&[0x80, 1]).number(), 128);
        assert_eq!(
            Reader::new(&[0xff, 0xff, 0xff, 0xff, 0x0f]).number(),
            u32::MAX
        );
        assert_eq!(Reader::new(&[4]).signed(), 2);
        assert_eq!(Reader::new(&[3]).signed(), -2);
    }

    #[test]
    fn strings_share_their_beginnings() {
        let mut reader = Reader::new(b"\x02\x00\x06Easter\x06\x07 Monday");
        assert_eq!(reader.strings(), ["Easter", "Easter Monday"]);
        assert!(reader.is_empty());
    }

    #[test]
    fn the_end_gives_zeros_and_no_panic() {
        let mut reader = Reader::new(&[0xff, 0xff]);
        assert_eq!(reader.strings(), Vec::<String>::new());
        assert_eq!(reader.ascending(), Vec::<usize>::new());
        assert_eq!(
            (reader.number(), reader.signed(), reader.text()),
            (0, 0, "")
        );
    }
}
