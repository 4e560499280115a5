"""Writes countries/*.bin, names.bin, digest.tsv and ../src/countries.rs from the installed `holidays` package.

Run it through data/update, which installs the pinned release and passes the wheel it came from. The format is
described in README.md; the reader is in ../src/format. Nothing here depends on the day it runs: the same release
gives the same bytes.
"""

import collections
import datetime
import pathlib
import re
import sys
import zipfile
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version

from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter
from holidays.registry import COUNTRIES

import source
from source import FIRST_YEAR, HALF_DAY, LAST_YEAR, PUBLIC, WORKING, YEARS

HERE = pathlib.Path(__file__).parent
FORMAT = 1
EPOCH = datetime.date(FIRST_YEAR, 1, 1)
DAY = datetime.timedelta(days=1)

EXPLICIT, FIXED, WESTERN, ORTHODOX, WEEKDAY = range(5)
EVERY_YEAR, YEAR_RANGE, YEAR_SET = range(3)
KINDS = {PUBLIC: 0, HALF_DAY: 1, WORKING: 2}
OBSERVED, ESTIMATED = 1, 2


# --- bytes -----------------------------------------------------------------------------------------------------


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def zigzag(number):
    return varint(number * 2 if number >= 0 else -number * 2 - 1)


def text(string):
    encoded = string.encode()
    return varint(len(encoded)) + encoded


def ascending(numbers):
    """A sorted list as its length and the gaps in it."""
    out, last = varint(len(numbers)), -1
    for number in numbers:
        out += varint(number - last - 1)
        last = number
    return out


def string_table(strings):
    """Sorted strings, each as what it shares with the one before and the rest."""
    out, last = varint(len(strings)), b""
    for string in sorted(s.encode() for s in strings):
        shared = 0
        while shared < min(len(last), len(string)) and last[shared] == string[shared]:
            shared += 1
        out += varint(shared) + varint(len(string) - shared) + string[shared:]
        last = string
    return out


# --- dates as rules --------------------------------------------------------------------------------------------


EASTER = {
    WESTERN: {year: easter(year, EASTER_WESTERN) for year in YEARS},
    ORTHODOX: {year: easter(year, EASTER_ORTHODOX) for year in YEARS},
}


def on(rule, year):
    """The date of a rule in a year, or None (29 February)."""
    match rule:
        case (kind, offset) if kind in (WESTERN, ORTHODOX):
            return EASTER[kind][year] + offset * DAY
        case (_, month, day):
            try:
                return datetime.date(year, month, day)
            except ValueError:
                return None
        case (_, month, day, weekday):
            start = datetime.date(year, month, day)
            return start + (weekday - start.weekday()) % 7 * DAY


def candidates(dates):
    rules, months = set(), collections.defaultdict(list)
    for date in dates:
        rules.add((FIXED, date.month, date.day))
        for kind, sundays in EASTER.items():
            offset = (date - sundays[date.year]).days
            if -70 <= offset <= 70:
                rules.add((kind, offset))
        months[date.month, date.weekday()].append(date.day)
    for (month, weekday), found in months.items():
        for start in {min(found), max(max(found) - 6, 1)}:
            if not (month == 2 and start == 29):
                rules.add((WEEKDAY, month, start, weekday))
    return sorted(rules)


def rule_bytes(rule):
    match rule:
        case (kind, offset) if kind in (WESTERN, ORTHODOX):
            return zigzag(offset)
        case (_, month, day):
            return varint(month << 5 | day)
        case (_, month, day, weekday):
            return varint(month << 5 | day) + varint(weekday)


def year_bytes(years):
    if years == list(YEARS):
        return EVERY_YEAR, b""
    if years == list(range(years[0], years[-1] + 1)):
        return YEAR_RANGE, bytes([years[0] - FIRST_YEAR, years[-1] - FIRST_YEAR])
    bits = sum(1 << year - FIRST_YEAR for year in years)
    return YEAR_SET, bits.to_bytes(7, "little")


def explicit(dates):
    """Dates one by one: the distance from each to the next, less what is most common."""
    numbers = [(date - EPOCH).days for date in sorted(dates)]
    gaps = [b - a for a, b in zip(numbers, numbers[1:])]
    best = None
    for usual in {0, 354, *(gap for gap, _ in collections.Counter(gaps).most_common(3))}:
        coded = varint(len(numbers)) + varint(numbers[0]) + varint(usual) + b"".join(zigzag(gap - usual) for gap in gaps)
        if best is None or (len(coded), coded) < (len(best), best):
            best = coded
    return best


def pieces(dates):
    """The shortest way that a greedy search finds to say a set of dates: rules first, what is left one by one."""
    rest, out = set(dates), []
    while rest:
        as_is, best = len(explicit(rest)) + 3, None
        for rule in candidates(rest):
            matched = {date for year in YEARS if (date := on(rule, year)) in rest}
            years = sorted(date.year for date in matched)
            kind, coded = year_bytes(years)
            coded = rule_bytes(rule) + coded
            left = rest - matched
            cost = 3 + len(coded) + (len(explicit(left)) + 3 if left else 0)
            if best is None or cost < best[0]:
                best = cost, rule[0] | kind << 3, coded, left
        if best[0] > as_is:
            out.append((EXPLICIT, explicit(rest)))
            break
        _, head, coded, rest = best
        out.append((head, coded))
    return out


# --- names -----------------------------------------------------------------------------------------------------


def paired(pairs):
    """Splits what the package joins with "; ", telling which English name belongs to which local one.

    The package sorts the names of a day in each language by itself. Days with one name tell the pairs; where
    they do not suffice the joined name stays one name.
    """
    known = collections.defaultdict(set)
    for local, translated in pairs:
        if "; " not in local and "; " not in translated:
            known[local].add(translated)
    out = {}
    for local, translated in sorted(pairs):
        parts = local.split("; ")
        if len(parts) == 1 and "; " not in translated:
            out[local, translated] = [(local, translated)]
            continue
        if all(len(known[part]) == 1 for part in parts):
            found = [(part, *known[part]) for part in parts]
            if sorted({name for _, name in found}) == translated.split("; "):
                out[local, translated] = found
                continue
        out[local, translated] = [(local, translated)]
    return out


def labels(cls):
    """How a country marks a day as given in lieu or as estimated, in its language and in English."""
    found = []
    for language in {cls.default_language, source.english(cls)}:
        translate = cls(language=language).tr
        for attribute, flags in (
            ("observed_label", OBSERVED),
            ("observed_label_before", OBSERVED),
            ("substituted_label", OBSERVED),
            ("estimated_label", ESTIMATED),
            ("observed_estimated_label", OBSERVED | ESTIMATED),
        ):
            template = translate(getattr(cls, attribute, "") or "")
            before, percent, after = template.partition("%s")
            if percent and (before + after).strip():
                found.append((re.compile(re.escape(before) + ".+" + re.escape(after)), flags))
    return found


def marks(name, templates):
    local, translated = name
    flags = 0
    for template, meaning in templates:
        if template.fullmatch(local) or template.fullmatch(translated):
            flags |= meaning
    if re.search(r"\((observed|in lieu|substitute)", translated):
        flags |= OBSERVED
    if re.search(r"estimated\)$", translated):
        flags |= ESTIMATED
    return flags


# --- coverage --------------------------------------------------------------------------------------------------


def tables_end(cls, subdivision):
    """The first and the last year in which no table of a lunar calendar that the region asks has run out.

    The package then leaves the holiday out without a word, which looks like an ordinary day.
    """
    from holidays.calendars import balinese_saka, buddhist, chinese, hebrew, hindu, mongolian, sinhala, tibetan

    short = set()
    watched = []

    def watch(calendar, method):
        original = getattr(calendar, method)

        def get(self, holiday, year, *args, **kwargs):
            tables = [
                value
                for attribute in (f"{holiday}_DATES", f"{holiday}_DATES_CUSTOM_CALENDAR", *(f"{own}_{holiday}_DATES" for own in args))
                if (value := getattr(self, attribute, None))
            ]
            known = {year for table in tables for year in table}
            if known and not min(known) <= year <= max(known):
                short.add(year)
            return original(self, holiday, year, *args, **kwargs)

        watched.append((calendar, method, original))
        setattr(calendar, method, get)

    for module in (balinese_saka, buddhist, chinese, hebrew, hindu, mongolian, sinhala, tibetan):
        for value in list(vars(module).values()):
            for method in ("_get_holiday", "_get_holiday_set"):
                if isinstance(value, type) and method in vars(value) and value.__module__ == module.__name__:
                    watch(value, method)
    try:
        first, last = source.years_known(cls)
        source.populated(cls, subdivision, "public", None, range(first, last + 1))
    finally:
        for calendar, method, original in watched:
            setattr(calendar, method, original)
    while first in short:
        first += 1
    while last in short:
        last -= 1
    assert not {year for year in short if first <= year <= last}, (cls, subdivision, sorted(short))
    return first, last


# --- a country -------------------------------------------------------------------------------------------------


def gather(code):
    """All that one country's file holds, before its strings are numbered."""
    cls = source.entity(code)
    regions, coverage, names_of_days, digest = {}, {}, set(), []
    for subdivision in (None, *cls.subdivisions):
        found = list(source.days(cls, subdivision))
        regions[subdivision] = found
        names_of_days |= {(local, translated) for kind, _, local, translated in found if kind != WORKING}
        coverage[subdivision] = tables_end(cls, subdivision)
        digest.append(digest_line(source.region(code, subdivision), coverage[subdivision], found))
        # The reader answers Holiday before WorkingDay: no date may be both.
        holidays = {date for kind, date, *_ in found if kind == PUBLIC}
        both = holidays & {date for kind, date, *_ in found if kind == WORKING}
        if both:
            print(f"{code}-{subdivision}: holidays that are working days too: {sorted(map(str, both))}", file=sys.stderr)
    split = paired(names_of_days)
    templates = labels(cls)
    series = {}
    for subdivision, found in regions.items():
        dates = collections.defaultdict(set)
        for kind, date, local, translated in found:
            for name in [None] if kind == WORKING else split[local, translated]:
                dates[kind, name].add(date)
        series[subdivision] = {key: tuple(sorted(value)) for key, value in dates.items()}
    said = {}
    for (kind, name), dates in {item for one in series.values() for item in one.items()}:
        said[kind, name, dates] = [(KINDS[kind] << 5 | head, coded) for head, coded in pieces(dates)]
    return {
        "code": code,
        "name": display_name(code),
        "subdivisions": [(sub, subdivision_name(cls, sub)) for sub in cls.subdivisions],
        "uniform": all(found == regions[None] for found in regions.values()),
        "coverage": coverage,
        "flags": {name: marks(name, templates) for names in split.values() for name in names},
        "pieces": {
            sub: sorted(
                {(name, *piece) for (kind, name), dates in one.items() for piece in said[kind, name, dates]},
                key=lambda piece: (piece[1] >> 5, piece[0] or ("", ""), piece[1:]),
            )
            for sub, one in series.items()
        },
        "digest": digest,
    }


def display_name(code):
    """The country's name as the package's registry has it, Bosnia and Herzegovina."""
    module, _ = next((module, codes) for module, codes in COUNTRIES.items() if codes[1] == code)
    small = {"and", "of", "the"}
    return " ".join(word if word in small else word.capitalize() for word in module.split("_"))


def subdivision_name(cls, subdivision):
    """The first alias that is a name and no older code: BY is Bayern, 971 GP, GUA and Guadeloupe."""
    aliases = cls.get_subdivision_aliases().get(subdivision, [])
    return next((alias for alias in aliases if not alias.isupper()), subdivision)


def digest_line(region, years, found):
    """The years covered, how many days of each kind, and 64-bit FNV-1a over all of them with their names."""
    count, state = collections.Counter(kind for kind, *_ in found), 0xCBF29CE484222325
    for byte in "".join(f"{kind}\t{date}\t{local}\t{translated}\n" for kind, date, local, translated in found).encode():
        state = (state ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{region}\t{years[0]}\t{years[1]}\t{count[PUBLIC]}\t{count[HALF_DAY]}\t{count[WORKING]}\t{state:016x}\n"


def country_bytes(country, shared):
    subdivisions = country["subdivisions"]
    regions = [None, *(code for code, _ in subdivisions)]
    out = bytes([FORMAT, country["uniform"]]) + text(country["name"]) + varint(len(subdivisions))
    for code, name in subdivisions:
        out += text(code) + text("" if name == code else name)

    # Pieces of the nationwide list first, so that the numbers in it are small.
    order = {}
    for region in regions:
        for piece in country["pieces"][region]:
            order.setdefault(piece, len(order))
    names = {name: None for name, *_ in order if name}
    strings = {string for name in names for string in name}
    own = sorted(strings - shared.keys(), key=str.encode)
    common = sorted(shared[string] for string in strings & shared.keys())
    index = {string: number for number, string in enumerate(own)}
    reverse = {number: string for string, number in shared.items()}
    index |= {reverse[number]: len(own) + place for place, number in enumerate(common)}
    out += string_table(own) + ascending(common)
    out += varint(len(names))
    for number, name in enumerate(names):
        names[name] = number
        local, translated = name
        out += varint(index[local] << 3 | (local != translated) << 2 | country["flags"][name])
        if local != translated:
            out += varint(index[translated])
    out += varint(len(order))
    for name, head, coded in order:
        out += bytes([head]) + (varint(names[name]) if name else b"") + coded
    nationwide = {order[piece] for piece in country["pieces"][None]}
    for region in regions:
        first, last = country["coverage"][region]
        used = {order[piece] for piece in country["pieces"][region]}
        out += bytes([first - FIRST_YEAR, last - FIRST_YEAR])
        out += ascending(sorted(used if region is None else used ^ nationwide))
    return out


def main():
    with ProcessPoolExecutor() as pool:
        countries = list(pool.map(gather, source.countries()))
    uses = collections.Counter()
    for country in countries:
        names = {name for pieces in country["pieces"].values() for name, *_ in pieces if name}
        uses.update({string for name in names for string in name})
    # A string that two countries use stands once, in names.bin.
    table = sorted((string for string, count in uses.items() if count > 1), key=str.encode)
    shared = {string: number for number, string in enumerate(table)}

    (HERE / "names.bin").write_bytes(string_table(table))
    directory = HERE / "countries"
    directory.mkdir(exist_ok=True)
    for old in directory.glob("*.bin"):
        old.unlink()
    total = 0
    for country in countries:
        coded = country_bytes(country, shared)
        total += len(coded)
        (directory / f"{country['code']}.bin").write_bytes(coded)
    digest = "".join(line for country in countries for line in country["digest"])
    (HERE / "digest.tsv").write_text(digest, encoding="utf-8")
    (HERE.parent / "src" / "countries.rs").write_text(rust(countries), encoding="utf-8")
    print(f"{len(countries)} countries, {digest.count(chr(10)) - len(countries)} subdivisions, {total + len(string_table(table))} bytes")


def released():
    """The day on which the installed release was built: its files' time in the wheel."""
    (wheel,) = pathlib.Path(sys.argv[1]).glob("holidays-*.whl")
    year, month, day, *_ = max(file.date_time for file in zipfile.ZipFile(wheel).infolist())
    return year, month, day


def rust(countries):
    year, month, day = released()
    out = [
        "//! Every country of the data, each with its own bytes, so that the linker keeps only those that are named.\n",
        "//!\n//! Generated by `data/update`.\n\n",
        "use crate::Country;\n\n",
        f'/// The release of the source, the `holidays` package on PyPI.\npub(crate) const SOURCE_VERSION: &str = "{version("holidays")}";\n',
        "/// The year, month and day on which it was built.\n",
        f"pub(crate) const SOURCE_BUILT: (i32, u32, u32) = ({year}, {month}, {day});\n\n",
    ]
    for country in countries:
        code, bytes_of = country["code"], f'include_bytes!("../data/countries/{country["code"]}.bin")'
        out.append(f"/// {country['name']}.\n")
        out.append(f'pub static {code}: Country = Country::new("{code}", {bytes_of});\n')
    out.append("\n/// All codes, for an error message that must not bring all data into the program.\n")
    out.append("pub(crate) const CODES: [&str; %d] = [\n" % len(countries))
    out.extend(wrapped(f'"{country["code"]}",' for country in countries))
    out.append("];\n")
    out.append("\n/// All of them, by code. Whoever names this has every country's data in the program.\n")
    out.append(f"pub static ALL: [&Country; {len(countries)}] = [\n")
    out.extend(wrapped(f"&{country['code']}," for country in countries))
    out.append("];\n")
    return "".join(out)


def wrapped(items):
    """Items in lines of at most 100 columns, as rustfmt has them."""
    line = "   "
    for item in items:
        if len(line) + 1 + len(item) > 100:
            yield line + "\n"
            line = "   "
        line += f" {item}"
    yield line + "\n"


if __name__ == "__main__":
    main()
