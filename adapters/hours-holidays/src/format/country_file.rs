use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::bytes::Reader;
use super::rule::{Dates, YEARS};

/// Strings that several countries use.
static SHARED: &[u8] = include_bytes!("../../data/names.bin");

/// What a day of the data is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Public,
    HalfDay,
    Working,
}

/// The beginning of a country's file.
#[derive(Debug, Clone)]
pub(crate) struct Header {
    /// Whether all subdivisions have the same days.
    pub(crate) uniform: bool,
    pub(crate) name: &'static str,
    /// Code and name; the name is empty where it is the code.
    pub(crate) subdivisions: Vec<(&'static str, &'static str)>,
    rest: Reader,
}

/// A country's file, read as far as all its regions have in common.
#[derive(Debug)]
pub(crate) struct CountryFile {
    names: Vec<Named>,
    pieces: Vec<Piece>,
    regions: Vec<RegionDays>,
}

/// One name of a holiday.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Named {
    pub(crate) local: Arc<str>,
    pub(crate) english: Arc<str>,
    pub(crate) in_lieu: bool,
    pub(crate) estimated: bool,
}

#[derive(Debug)]
struct Piece {
    kind: Kind,
    name: Option<usize>,
    dates: Dates,
}

#[derive(Debug)]
struct RegionDays {
    first_year: i32,
    last_year: i32,
    /// For the first region, the nationwide one, its pieces; for the others, where they differ from it.
    pieces: Vec<usize>,
}

impl Header {
    pub(crate) fn read(bytes: &'static [u8]) -> Self {
        let mut reader = Reader::new(bytes);
        // The format's version; reader and data are always of one build.
        let _ = reader.byte();
        let uniform = reader.byte() != 0;
        let name = reader.text();
        let count = reader.length();
        let subdivisions = (0..count).map(|_| (reader.text(), reader.text())).collect();
        Self {
            uniform,
            name,
            subdivisions,
            rest: reader,
        }
    }
}

impl CountryFile {
    pub(crate) fn read(bytes: &'static [u8]) -> Self {
        let Header {
            subdivisions,
            rest: mut reader,
            ..
        } = Header::read(bytes);
        let strings = strings(&mut reader);
        let count = reader.length();
        let names = (0..count)
            .map(|_| Named::read(&mut reader, &strings))
            .collect();
        let count = reader.length();
        let pieces = (0..count).map(|_| Piece::read(&mut reader)).collect();
        let regions = (0..=subdivisions.len())
            .map(|_| RegionDays::read(&mut reader))
            .collect();
        Self {
            names,
            pieces,
            regions,
        }
    }

    /// The first and the last year that the source knows of a region. Region 0 is the nationwide one, others
    /// follow in the order of the header's subdivisions.
    pub(crate) fn years(&self, region: usize) -> (i32, i32) {
        self.regions
            .get(region)
            .map_or((1, 0), |region| (region.first_year, region.last_year))
    }

    /// The days of a region with all their names.
    pub(crate) fn days(&self, region: usize) -> BTreeMap<(NaiveDate, Kind), Vec<&Named>> {
        let mut days = BTreeMap::<_, Vec<_>>::new();
        for piece in self.pieces(region) {
            let name = piece.name.and_then(|name| self.names.get(name));
            piece
                .dates
                .for_each(|date| days.entry((date, piece.kind)).or_default().extend(name));
        }
        days
    }

    fn pieces(&self, region: usize) -> impl Iterator<Item = &Piece> {
        let listed = |region: usize| {
            let mut said = vec![false; self.pieces.len()];
            for number in self
                .regions
                .get(region)
                .map_or(&[][..], |region| &region.pieces)
            {
                if let Some(said) = said.get_mut(*number) {
                    *said = true;
                }
            }
            said
        };
        let nationwide = listed(0);
        let own = if region == 0 {
            vec![false; self.pieces.len()]
        } else {
            listed(region)
        };
        self.pieces
            .iter()
            .zip(nationwide.into_iter().zip(own))
            .filter_map(|(piece, (nationwide, toggled))| (nationwide != toggled).then_some(piece))
    }
}

impl Named {
    fn read(reader: &mut Reader, strings: &[Arc<str>]) -> Self {
        let head = reader.number();
        let string = |index: u32| strings.get(index as usize).cloned().unwrap_or_default();
        let local = string(head >> 3);
        let english = if head & 4 == 0 {
            local.clone()
        } else {
            string(reader.number())
        };
        Self {
            local,
            english,
            in_lieu: head & 1 != 0,
            estimated: head & 2 != 0,
        }
    }
}

impl Piece {
    fn read(reader: &mut Reader) -> Self {
        let head = reader.byte();
        let kind = match head >> 5 {
            0 => Kind::Public,
            1 => Kind::HalfDay,
            _ => Kind::Working,
        };
        let name = (kind != Kind::Working).then(|| reader.length());
        Self {
            kind,
            name,
            dates: Dates::read(head, reader),
        }
    }
}

impl RegionDays {
    fn read(reader: &mut Reader) -> Self {
        let mut year = || YEARS.start() + i32::from(reader.byte());
        let (first_year, last_year) = (year(), year());
        Self {
            first_year,
            last_year,
            pieces: reader.ascending(),
        }
    }
}

/// A country's own strings, and behind them those of the shared table that it names.
fn strings(reader: &mut Reader) -> Vec<Arc<str>> {
    let mut strings: Vec<Arc<str>> = reader.strings().into_iter().map(Arc::from).collect();
    let wanted = reader.ascending();
    if !wanted.is_empty() {
        let shared = Reader::new(SHARED).strings();
        strings.extend(wanted.into_iter().map(|index| {
            shared
                .get(index)
                .map_or_else(Arc::default, |string| Arc::from(string.as_str()))
        }));
    }
    strings
}
