"""What the pinned release of the `holidays` package says, through its public interface alone.

Run as a program it prints every day of every region, one a line, for the comparison in tests/python.rs:

    GB-ENG <tab> public|half-day|working <tab> 2026-05-04 <tab> name <tab> name in English
"""

import datetime
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor

import holidays
from holidays.utils import list_supported_countries

FIRST_YEAR, LAST_YEAR = 2000, 2050
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)

PUBLIC, HALF_DAY, WORKING = "public", "half-day", "working"


def countries():
    """The codes of all countries, without aliases such as UK for GB."""
    return sorted(list_supported_countries(include_aliases=False))


def entity(code):
    """The class behind a country's code."""
    return getattr(holidays, code).get_entity()


def english(cls):
    """The variant of English that a country's names are translated into, if any."""
    return next((l for l in ("en_US", "en_GB", *cls.supported_languages) if l in cls.supported_languages and l.startswith("en")), None)


def years_known(cls):
    """The first and the last year that the package has anything to say of."""
    return max(FIRST_YEAR, cls.start_year), min(LAST_YEAR, cls.end_year)


def populated(cls, subdivision, category, language, years=YEARS):
    with warnings.catch_warnings():
        # India's warns of each year that its tables do not reach; generate.py looks for such years itself.
        warnings.simplefilter("ignore")
        return cls(subdiv=subdivision, years=years, categories=category, language=language, expand=False)


def days(cls, subdivision):
    """Every day of a region: (kind, date, name in the default language, name in English)."""
    for kind, category in ((PUBLIC, "public"), (HALF_DAY, "half_day")):
        if category in cls.supported_categories:
            local = populated(cls, subdivision, category, cls.default_language)
            translated = populated(cls, subdivision, category, english(cls))
            assert local.keys() == translated.keys(), (cls, subdivision)
            for date in sorted(local):
                yield kind, date, local[date], translated[date]
    # A decree of January can make a day of the December before a working day, so ask the neighbours too.
    around = populated(cls, subdivision, "public", cls.default_language, range(FIRST_YEAR - 1, LAST_YEAR + 2))
    for date in sorted(around.weekend_workdays):
        if date.year in YEARS:
            yield WORKING, date, "", ""


def region(country, subdivision):
    """How our crate writes a region: DE-BY, or DE-nationwide for what holds in all of Germany."""
    return f"{country}-{subdivision or 'nationwide'}"


def lines(country):
    cls = entity(country)
    return [
        f"{region(country, subdivision)}\t{kind}\t{date}\t{name}\t{translated}\n"
        for subdivision in (None, *cls.subdivisions)
        for kind, date, name, translated in days(cls, subdivision)
    ]


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    with ProcessPoolExecutor() as pool:
        for answer in pool.map(lines, countries()):
            sys.stdout.writelines(answer)
