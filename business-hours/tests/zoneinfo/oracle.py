"""Answers questions about opening hours a second time: the documented rules in Python, wall-clock times by the
standard library's zoneinfo.

    python oracle.py CASES 2025b

CASES has a JSON document a line: {"spec": a schedule's description, "around": seconds since 1970, "seed": a number}.
For each, a line of JSON comes out: a list of [question, arguments..., answer]. Instants are seconds since 1970, dates
are text, what is not known is null. The questions are chosen here, mostly about the seconds around each change, so that
a change which the other side overlooks is asked about too.

What makes this plain and slow: whether it is open at an instant is worked out from the description for
that instant alone (`Model.state`). Everything else follows from the pieces between the instants at which anything in
the description could begin or end.
"""

import json
import random
import sys
import zoneinfo
from bisect import bisect_right
from datetime import date, datetime, timedelta, timezone

import tzdata

DAY = 86_400
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# Days before and after the instant that a case is about: those whose pieces are known, and those asked about.
KNOWN, ASKED = 13, 9


class Zone:
    """Wall-clock times of one zone, as PEP 495 reads them: `fold=0` is the first of two occurrences, and in a gap the
    offset before the change."""

    def __init__(self, name):
        self.info = zoneinfo.ZoneInfo(name)
        self.starts = {}

    def offset(self, instant):
        return int(datetime.fromtimestamp(instant, self.info).utcoffset().total_seconds())

    def wall(self, day, seconds, fold=0):
        local = datetime(day.year, day.month, day.day) + timedelta(seconds=seconds)
        offset = local.replace(tzinfo=self.info, fold=fold).utcoffset()
        return int((local.replace(tzinfo=timezone.utc) - offset).timestamp())

    def date(self, instant):
        return datetime.fromtimestamp(instant, self.info).date()

    def start(self, day):
        """The first instant of a date, which in a gap is that of the change."""
        if day not in self.starts:
            low, high = self.wall(day, 0, fold=1), self.wall(day, 0)
            midnight = datetime(day.year, day.month, day.day)
            if datetime.fromtimestamp(high, self.info).replace(tzinfo=None) != midnight:
                before = self.offset(low)
                while high - low > 1:
                    middle = (low + high) // 2
                    low, high = (middle, high) if self.offset(middle) == before else (low, middle)
            self.starts[day] = high
        return self.starts[day]

    def time(self, day, seconds):
        if seconds == 0:
            return self.start(day)
        if seconds == DAY:
            return self.start(day + timedelta(days=1))
        return self.wall(day, seconds)


def time_of_day(text):
    hours, minutes, *seconds = map(int, text.split(":"))
    return hours * 3600 + minutes * 60 + (seconds[0] if seconds else 0)


def hours_of(value):
    """The ranges of a day, in seconds from its midnight."""
    if value == "closed":
        return ()
    if value == "open":
        return ((0, DAY),)
    ranges = []
    for text in value.split(",") if isinstance(value, str) else value:
        start, end = map(time_of_day, text.strip().split("-"))
        ranges.append((start, end if end > start else end + DAY))
    return tuple(ranges)


def weekdays_of(text):
    if text == "every-day":
        return set(range(7))
    days = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        day, last = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days.add(day)
        while day != last:
            day = (day + 1) % 7
            days.add(day)
    return days


def week_of(value):
    week = [()] * 7
    for days, hours in (value or {}).items():
        for day in weekdays_of(days):
            week[day] = hours_of(hours)
    return week


def instant_of(text):
    """In whole seconds, the resolution of a schedule."""
    return int(datetime.fromisoformat(text.split(".")[0].removesuffix("Z") + "+00:00").timestamp())


class When:
    """A rule for dates or instants, from its text."""

    def __init__(self, text):
        self.instants = None
        first, to, last = text.partition(" to ")
        nth, of, month = text.partition(" of ")
        if to and "T" in first:
            self.rank, self.instants = 5, (instant_of(first), instant_of(last))
            self.includes = lambda day: False
        elif to and len(first) == 10:
            first, last = date.fromisoformat(first), date.fromisoformat(last)
            self.rank, self.includes = 3, lambda day: first <= day <= last
        elif to and first <= last:
            self.rank, self.includes = 0, lambda day: first <= day.isoformat()[5:] <= last
        elif to:
            self.rank, self.includes = 0, lambda day: not last < day.isoformat()[5:] < first
        elif of:
            self.rank, self.includes = 1, lambda day: nth_weekday(nth, month, day)
        elif len(text) == 10:
            self.rank, self.includes = 4, lambda day: day.isoformat() == text
        else:
            self.rank, self.includes = 2, lambda day: day.isoformat()[5:] == text


def nth_weekday(nth, month, day):
    which, weekday = nth.split(" ")
    if day.weekday() != WEEKDAYS.index(weekday):
        return False
    if month != "every month" and day.strftime("%b").lower() != month:
        return False
    if which == "last":
        return (day + timedelta(days=7)).month != day.month
    return (day.day + 6) // 7 == int(which[0])


class Model:
    def __init__(self, spec):
        self.zone = Zone(spec["zone"])
        self.week = week_of(spec["week"])
        self.breaks = week_of(spec.get("breaks"))
        self.cut = spec["tails"] == "cut"
        self.seasons = [(season["name"], When(season["when"]), week_of(season["week"])) for season in spec.get("seasons", [])]
        self.seasons.sort(key=lambda season: season[1].rank)  # stable: of equal ones the later is the last
        self.overrides = []
        for index, given in enumerate(spec.get("overrides", [])):
            when = When(given["when"])
            expires = instant_of(given["expires"]) if "expires" in given else float("inf")
            rank = (given.get("priority", 0), when.rank, index)
            self.overrides.append((rank, given["id"], when, hours_of(given["hours"]), expires))
        self.overrides.sort(key=lambda override: override[0], reverse=True)
        self.ends = sorted({expires for *_, expires in self.overrides})
        holidays = spec.get("holidays")
        self.holidays = holidays and {
            "unknown": holidays.get("unknown"),
            "covers": tuple(map(date.fromisoformat, holidays["covers"].split(" to "))) if "covers" in holidays else None,
            "dates": {date.fromisoformat(day) for day in holidays.get("dates", {})},
            "working": {date.fromisoformat(day) for day in holidays.get("working_days", {})},
            "hours": hours_of(holidays.get("hours", "closed")),
            "eve": hours_of(holidays["eve"]) if "eve" in holidays else None,
            "as": WEEKDAYS.index(holidays.get("working_days_as", "Mon")[:3].lower()),
        }
        self.rulings = {}
        self.resolved = {}

    def state(self, instant):
        """(open, the rule that decides, whether by a shift of the day before); None if nothing may be said."""
        answer, rank = self.dated(instant)
        for candidate, name, when, hours, expires in self.overrides:
            if when.instants and when.instants[0] <= instant < min(when.instants[1], expires):
                if rank is None or candidate > rank:
                    answer = (bool(hours), name, False)
                break  # the strongest comes first
        return answer

    def dated(self, instant):
        zone = self.zone
        day = zone.date(instant) + timedelta(days=2)
        while not zone.start(day) <= instant < zone.start(day + timedelta(days=1)):
            day -= timedelta(days=1)
        before = day - timedelta(days=1)
        while zone.start(before) == zone.start(before + timedelta(days=1)):
            before -= timedelta(days=1)
        epoch = bisect_right(self.ends, instant)
        today, yesterday = self.ruling(day, epoch), self.ruling(before, epoch)
        if today["unknown"]:
            return None, None
        if self.holds(day, today["hours"], instant):
            decides, tail = today, False
        elif self.holds(before, yesterday["hours"], instant) and not (self.cut and today["strength"] > yesterday["strength"]):
            if yesterday["unknown"]:
                return None, None
            decides, tail = yesterday, True
        else:
            return (False, today["name"], False), today["rank"]
        if decides["name"] == today["name"] == "week" and self.on_break(day, instant):
            return (False, "break", False), None
        return (True, decides["name"], tail), decides["rank"]

    def holds(self, day, ranges, instant):
        key = (day, ranges)
        if key not in self.resolved:
            self.resolved[key] = [(self.zone.time(day, start), self.zone.time(day, end)) for start, end in ranges]
        return any(start <= instant < end for start, end in self.resolved[key])

    def on_break(self, day, instant):
        """By the wall clock of that day: the rest of a break across midnight is one of the following day."""
        ranges = [(start, min(end, DAY)) for start, end in self.breaks[day.weekday()]]
        ranges += [(0, end - DAY) for _, end in self.breaks[(day.weekday() - 1) % 7] if end > DAY]
        return self.holds(day, tuple(ranges), instant)

    def ruling(self, day, epoch):
        """The rule that decides a date between two expiries of overrides."""
        key = (day, epoch)
        if key not in self.rulings:
            self.rulings[key] = self.rule(day, self.ends[epoch - 1] if epoch else -float("inf"))
        return self.rulings[key]

    def rule(self, day, gone):
        def rule(name, strength, hours, rank=None, unknown=False):
            return {"name": name, "strength": strength, "hours": hours, "rank": rank, "unknown": unknown}

        for rank, name, when, hours, expires in self.overrides:
            if when.includes(day) and expires > gone:
                return rule(name, 3, hours, rank)
        name, hours = "week", self.week[day.weekday()]
        for season, when, week in self.seasons:
            if when.includes(day):
                name, hours = season, week[day.weekday()]
        ordinary = rule(name, 0, hours)
        known = self.holidays
        if not known:
            return ordinary
        if day in known["dates"]:
            return rule("holiday", 2, known["hours"])
        if day in known["working"]:
            return rule("working day", 2, hours or self.week[known["as"]])

        def covered(day):
            if day in known["dates"] or day in known["working"]:
                return True
            return bool(known["covers"]) and known["covers"][0] <= day <= known["covers"][1]

        tomorrow = day + timedelta(days=1)
        eve = known["eve"] if hours else None
        if known["unknown"] == "error" and (not covered(day) or eve is not None and not covered(tomorrow)):
            return rule(name, 2, hours, unknown=True)
        if known["unknown"] == "closed" and not covered(day):
            return rule("unknown", 2, known["hours"])
        off = tomorrow in known["dates"] or known["unknown"] == "closed" and not covered(tomorrow)
        return rule("eve", 1, eve) if eve is not None and off else ordinary

    def pieces(self, first, last):
        """[start, state] of each piece in these dates, as long as possible."""
        times = {0}
        weeks = [self.week, self.breaks] + [week for *_, week in self.seasons]
        every = [hours for week in weeks for hours in week] + [hours for _, _, _, hours, _ in self.overrides]
        if self.holidays:
            every += [self.holidays["hours"], self.holidays["eve"] or ()]
        for hours in every:
            for start, end in hours:
                times |= {start, end, max(end - DAY, 0)}
        instants = set(self.ends)
        for _, _, when, _, _ in self.overrides:
            instants |= set(when.instants or ())
        day = first - timedelta(days=2)
        while day <= last:
            instants |= {self.zone.time(day, seconds) for seconds in times}
            day += timedelta(days=1)
        start, end = self.zone.start(first), self.zone.start(last)
        pieces = []
        for instant in sorted({start} | {instant for instant in instants if start < instant < end}):
            state = self.state(instant)
            if not pieces or pieces[-1][1] != state:
                pieces.append((instant, state))
        return pieces, end


class Questions:
    def __init__(self, model, around, seed):
        self.model, self.choose = model, random.Random(seed)
        middle = model.zone.date(around)
        self.days = [middle + timedelta(days=shift) for shift in range(-ASKED, ASKED)]
        self.pieces, self.end = model.pieces(middle - timedelta(days=KNOWN), middle + timedelta(days=KNOWN))
        self.from_, self.until = model.zone.start(self.days[0]), model.zone.start(self.days[-1])
        self.asked = []

    def ask(self, *question):
        self.asked.append(question)

    def is_open(self, instant):
        state = self.model.state(instant)
        self.ask("is_open", instant, state and state[0])

    def all(self):
        changes = [(start, state) for start, state in self.pieces if self.from_ < start < self.until]
        for start, _ in changes:
            for second in (-1, 0, 1):
                self.is_open(start + second)
        instants = [self.choose.randrange(self.from_, self.until) for _ in range(20)]
        for instant in instants:
            self.is_open(instant)
        if any(state is None for _, state in self.pieces):
            return self.asked
        # The instants at which it opens and closes, and how long it has been open by each.
        self.flips = [(start, state[0]) for (_, before), (start, state) in zip(self.pieces, self.pieces[1:]) if before[0] != state[0]]
        self.starts = [start for start, _ in self.pieces]
        near = self.choose.sample(changes, min(12, len(changes)))
        for instant in instants[:10] + [start + second for start, _ in near for second in (-1, 0)]:
            self.status(instant)
            self.searches(instant)
        for a, b in zip(instants, instants[1:]):
            self.arithmetic(min(a, b), max(a, b))
        for (a, _), (b, _) in zip(near, near[1:]):
            self.arithmetic(min(a, b), max(a, b))
        self.intervals(self.from_, self.until)
        self.intervals(min(instants), max(instants))
        self.business_days()
        return self.asked

    def status(self, instant):
        is_open, rule, _ = self.pieces[bisect_right(self.starts, instant) - 1][1]
        since = [start for start, _ in self.flips if start <= instant]
        until = [start for start, _ in self.flips if start > instant]
        if since and until:
            self.ask("status", instant, [is_open, rule, since[-1], until[0]])

    def searches(self, instant):
        for opens, next_, previous in ((True, "next_opening", "previous_opening"), (False, "next_closing", "previous_closing")):
            later = [start for start, open_ in self.flips if open_ == opens and start > instant]
            earlier = [start for start, open_ in self.flips if open_ == opens and start <= instant]
            if later:
                self.ask(next_, instant, later[0])
            if earlier:
                self.ask(previous, instant, earlier[-1])

    def opened(self, first, last):
        """The open stretches between two instants, as [from, until]."""
        stretches = []
        for (start, state), (end, _) in zip(self.pieces, self.pieces[1:] + [(self.end, None)]):
            start, end = max(start, first), min(end, last)
            if state[0] and start < end:
                if stretches and stretches[-1][1] == start:
                    stretches[-1][1] = end
                else:
                    stretches.append([start, end])
        return stretches

    def arithmetic(self, a, b):
        stretches = self.opened(a, b)
        total = sum(until - start for start, until in stretches)
        self.ask("open_between", a, b, total)
        self.ask("open_between", b, a, -total)
        if total:
            for seconds in {total, self.choose.randrange(1, total + 1)}:
                left = seconds
                for start, until in stretches:
                    if left <= until - start:
                        self.ask("add_open", a, seconds, start + left)
                        break
                    left -= until - start
                left = seconds
                for start, until in reversed(stretches):
                    if left <= until - start:
                        self.ask("subtract_open", b, seconds, until - left)
                        break
                    left -= until - start

    def intervals(self, a, b):
        stretches = self.opened(a, b)
        self.ask("intervals", a, b, stretches)
        self.ask("intervals_backwards", a, b, stretches[::-1])

    def business_days(self):
        zone, business = self.model.zone, {}
        for day in self.days[:-1]:
            start, end = zone.start(day), zone.start(day + timedelta(days=1))
            within = [self.pieces[max(bisect_right(self.starts, start) - 1, 0)]] if start < end else []
            within += [piece for piece in self.pieces if start < piece[0] < end]
            business[day] = any(state[0] and not state[2] for _, state in within)
            self.ask("is_business_day", day.isoformat(), business[day])
            self.ask("open_on", day.isoformat(), day.isoformat(), sum(b - a for a, b in self.opened(start, end)))
        week = self.days[ASKED - 3], self.days[ASKED + 3]
        opened = self.opened(zone.start(week[0]), zone.start(week[1] + timedelta(days=1)))
        self.ask("open_on", week[0].isoformat(), week[1].isoformat(), sum(b - a for a, b in opened))
        days = self.days[:-1]
        for _ in range(6):
            a, b = sorted(self.choose.sample(range(len(days)), 2))
            count = sum(business[day] for day in days[a:b])
            self.ask("business_days_between", days[a].isoformat(), days[b].isoformat(), count)
            self.ask("business_days_between", days[b].isoformat(), days[a].isoformat(), -count)
            after = [day for day in days[a + 1 :] if business[day]]
            before = [day for day in reversed(days[:b]) if business[day]]
            if after:
                count = self.choose.randrange(len(after))
                self.ask("add_business_days", days[a].isoformat(), count + 1, after[count].isoformat())
            if before:
                count = self.choose.randrange(len(before))
                self.ask("add_business_days", days[b].isoformat(), -count - 1, before[count].isoformat())


def main(cases, version):
    if tzdata.IANA_VERSION != version:
        sys.exit(f"tzdata is {tzdata.IANA_VERSION}, not {version}")
    zoneinfo.reset_tzpath(to=[])  # never the system's data
    with open(cases, encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            asked = Questions(Model(case["spec"]), case["around"], case["seed"]).all()
            sys.stdout.write(json.dumps(asked, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
