use std::fmt;

use crate::format::Header;
use crate::{Region, RegionError};

/// A country or territory with an ISO 3166-1 code and its holiday data.
///
/// [`countries`](crate::countries) has one for each; a program that names only some of them carries only
/// their data.
///
/// ```
/// use hours_holidays::countries::{DE, IE};
///
/// assert_eq!(DE.name(), "Germany");
/// assert!(DE.subdivisions().any(|part| part.code() == "BY" && part.name() == "Bayern"));
/// assert_eq!(DE.subdivision("BY")?.to_string(), "DE-BY");
/// assert_eq!(IE.whole()?.to_string(), "IE");
/// assert!(DE.whole().is_err(), "Bavaria has more holidays than Berlin");
/// # Ok::<(), hours_holidays::RegionError>(())
/// ```
pub struct Country {
    code: &'static str,
    bytes: &'static [u8],
}

/// A part of a [`Country`] whose holidays the data know apart: a state, a nation, a canton, now and then a
/// city or a language community.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subdivision {
    code: &'static str,
    name: &'static str,
}

impl Country {
    pub(crate) const fn new(code: &'static str, bytes: &'static [u8]) -> Self {
        Self { code, bytes }
    }

    /// Its ISO 3166-1 alpha-2 code, `GB`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// Its name in English, `United Kingdom`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.header().name
    }

    /// The parts whose holidays the data know, in the order of the source.
    pub fn subdivisions(&self) -> impl ExactSizeIterator<Item = Subdivision> + use<> {
        self.header()
            .subdivisions
            .into_iter()
            .map(|(code, name)| Subdivision {
                code,
                name: if name.is_empty() { code } else { name },
            })
    }

    /// Whether the whole country has the same holidays in all years of the data, so that
    /// [`whole`](Self::whole) is a region.
    #[must_use]
    pub fn is_uniform(&self) -> bool {
        self.header().uniform
    }

    /// The country as a region, if it has the same holidays everywhere.
    ///
    /// # Errors
    /// [`RegionError::SubdivisionRequired`] if parts of it have holidays of their own.
    pub fn whole(&'static self) -> Result<Region, RegionError> {
        if self.is_uniform() {
            Ok(self.nationwide())
        } else {
            Err(RegionError::SubdivisionRequired { country: self })
        }
    }

    /// The source's list for the country as such: of Germany what holds in all its states, of the United
    /// Kingdom what its four nations have in common, of the United States the federal holidays. No place may
    /// keep exactly these days, so this has to be asked for by its name.
    #[must_use]
    pub fn nationwide(&'static self) -> Region {
        Region::new(self, None)
    }

    /// The part with this code, `ENG` (upper or lower case).
    ///
    /// # Errors
    /// [`RegionError::UnknownSubdivision`] if the data know no such part.
    pub fn subdivision(&'static self, code: &str) -> Result<Region, RegionError> {
        self.subdivisions()
            .position(|part| part.code.eq_ignore_ascii_case(code))
            .map(|index| Region::new(self, Some(index)))
            .ok_or_else(|| RegionError::UnknownSubdivision {
                value: code.into(),
                country: self,
            })
    }

    pub(crate) fn bytes(&self) -> &'static [u8] {
        self.bytes
    }

    fn header(&self) -> Header {
        Header::read(self.bytes)
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Country").field(&self.code).finish()
    }
}

impl PartialEq for Country {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Country {}

impl Subdivision {
    /// The second part of its ISO 3166-2 code, `ENG`; where ISO has none the source's own word, `Augsburg`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.code
    }

    /// Its name, `England`, mostly in its own language; its code where the source knows no name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }
}
