"""
Makes the golden files of this folder from libraries that share nothing with core/schedules: dateutil expands RRULEs, croniter crons, zoneinfo knows zones.
Run once, answers committed:  pip install python-dateutil==2.9.0 croniter==7.0.0  and  python3 make-golden.py

golden-transitions.json  20 zones x 2 transitions of 2025 (past, and the same in every version of the zone rules since): schedules laid across each gap and overlap, with every choice of onGap and onOverlap
golden-expansions.json   random crons and RRULEs in UTC: their first occurrences
"""

import json
import random
import signal
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

from croniter import croniter
from dateutil.rrule import rrulestr

UTC = timezone.utc
HERE = Path(__file__).parent
ZONES = """Africa/Cairo Africa/Casablanca America/Havana America/Los_Angeles America/New_York America/Nuuk America/Santiago America/St_Johns Antarctica/Troll
Asia/Beirut Asia/Jerusalem Atlantic/Azores Australia/Lord_Howe Europe/Athens Europe/Berlin Europe/Dublin Europe/Lisbon Europe/London
Pacific/Auckland Pacific/Chatham""".split()


def shown(instant):
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def written(wall):
    return wall.strftime("%Y-%m-%dT%H:%M:%S")


def local(zone, instant):
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def transitions(zone):
    """Where the offset changes in 2025: (instant, offset before, offset after)."""
    found = []
    at = datetime(2025, 1, 1, tzinfo=UTC)
    while at.year == 2025:
        before, after = (moment.astimezone(zone).utcoffset() for moment in (at, at + timedelta(hours=1)))
        if before != after:
            low, high = at, at + timedelta(hours=1)
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                if middle.astimezone(zone).utcoffset() == before:
                    low = middle
                else:
                    high = middle
            found.append((high, before, after))
        at += timedelta(hours=1)
    return found


def mapped(zone, wall, on_gap, on_overlap, change):
    """The instants of a wall time; `change` is the one transition near it."""
    passes = sorted({wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)})
    real = [instant for instant in passes if local(zone, instant) == wall]
    if not real:
        return [change] if on_gap == "shift" else []
    return real if on_overlap == "both" else real[:1]


def answers(zone, change, first, last, choices, walls=None, instants=None):
    """What is expected for each of the two choices that matter here; for both of them where none does."""
    within = lambda found: [shown(instant) for instant in sorted(found) if first <= instant <= last]
    if instants is not None:
        return {"any": within(instants)}
    on = lambda choice, wall: mapped(zone, wall, choice if choice in ("shift", "skip") else "shift", choice, change)
    return {choice: within({one for wall in walls for one in on(choice, wall)}) for choice in choices}


def crons(expression, begin, end):
    """Wall times of a cron, by croniter on naive times."""
    iterator = croniter(expression, begin - timedelta(seconds=1))
    while (wall := iterator.get_next(datetime)) <= end:
        yield wall


def cases_of(name):
    zone = ZoneInfo(name)
    changes = transitions(zone)
    assert len(changes) == 2, (name, changes)
    for change, before, after in changes:
        old, new = (change + before).replace(tzinfo=None), (change + after).replace(tzinfo=None)
        low, high = sorted((old, new))
        middle = low + (high - low) // 2
        middle = middle.replace(second=0)
        first, last = change - timedelta(hours=5), change + timedelta(hours=26)
        begin, end = low - timedelta(days=4), high + timedelta(days=4)

        def case(schedule, **expected):
            return {
                "zone": name,
                "change": f"{shown(change)} {'gap' if after > before else 'overlap'} of {(high - low).seconds // 60} min",
                "schedule": schedule,
                "from": shown(first),
                "to": shown(last),
                "expected": answers(zone, change, first, last, ("shift", "skip") if after > before else ("first", "both"), **expected),
            }

        for expression in (
            f"{middle.minute} {middle.hour} * * *",
            f"{low.minute} {low.hour} * * *",
            f"*/20 {','.join(str(hour) for hour in sorted({low.hour, middle.hour, high.hour}))} * * *",
            f"{middle.minute} */2 * * *",
        ):
            yield case({"cron": expression}, walls=list(crons(expression, begin, end)))
        # Every hour of the day: whatever the wall shows, minute by minute.
        minutes = [first + timedelta(minutes=index) for index in range(31 * 60 + 1)]
        minutes = [minute.replace(second=0) for minute in minutes]
        yield case({"cron": f"{middle.minute},59 * * * *"}, instants=[at for at in minutes if local(zone, at).minute in (middle.minute, 59)])

        anchor = middle - timedelta(days=30)
        yield case({"interval": 86400, "anchor": written(anchor)}, walls=[anchor + timedelta(days=index) for index in range(25, 36)])
        yield case({"interval": 172800, "anchor": written(anchor)}, walls=[anchor + timedelta(days=2 * index) for index in range(12, 18)])
        start = anchor.replace(tzinfo=zone).astimezone(UTC)
        yield case({"interval": 5400, "anchor": written(anchor)}, instants=[start + timedelta(seconds=5400 * index) for index in range(24 * 40)])

        dtstart = anchor.strftime("DTSTART:%Y%m%dT%H%M%S\n")
        for rule in (
            "RRULE:FREQ=DAILY",
            "RRULE:FREQ=DAILY;COUNT=31",
            f"RRULE:FREQ=WEEKLY;BYDAY=SU,MO,TU,WE,TH,FR,SA;BYHOUR={low.hour};BYMINUTE=0,15,30,45",
            middle.strftime("RRULE:FREQ=DAILY\nEXDATE:%Y%m%dT%H%M%S"),
            middle.strftime("RRULE:FREQ=MONTHLY\nRDATE:%Y%m%dT%H%M%S"),
        ):
            walls = [wall for wall in rrulestr(dtstart + rule, forceset=True).between(begin, end, inc=True)]
            yield case({"rrule": dtstart + rule}, walls=walls)
        yield case({"rrule": dtstart + "RRULE:FREQ=HOURLY;INTERVAL=3"}, instants=[start + timedelta(hours=3 * index) for index in range(300)])
        yield case({"rrule": dtstart + "RRULE:FREQ=MINUTELY;INTERVAL=45"}, instants=[start + timedelta(minutes=45 * index) for index in range(1200)])


def some(values, most):
    values = list(values)
    return sorted(random.sample(values, random.randint(1, min(most, len(values)))))


def random_cron():
    def field(low, high, star):
        kind = random.random()
        if kind < star:
            return "*"
        if kind < star + 0.15:
            begin = random.randint(low, high - 1)
            return f"{begin}-{random.randint(begin + 1, high)}" + random.choice(["", f"/{random.randint(1, 5)}"])
        if kind < star + 0.25:
            return f"*/{random.randint(2, 12 if high > 12 else 5)}"
        return ",".join(str(value) for value in some(range(low, high + 1), 4))

    def day(low, high):
        # A stepped star among the days is where croniter leaves Vixie cron.
        return "*" if random.random() < 0.5 else ",".join(str(value) for value in some(range(low, high + 1), 4))

    dates = random.choice([day(1, 28), day(1, 31), "L", "*"])
    weekdays = random.choice([day(0, 6), "*", f"{random.randint(0, 6)}#{random.randint(1, 4)}", f"L{random.randint(0, 6)}"])
    if "#" in weekdays or "L" in weekdays:
        dates = "*"
    return f"{field(0, 59, 0.3)} {field(0, 23, 0.3)} {dates} {field(1, 12, 0.7)} {weekdays}"


def random_rule():
    frequency = random.choice(["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"])
    elapsed = frequency in ("HOURLY", "MINUTELY", "SECONDLY")
    parts = [f"FREQ={frequency}"]

    def maybe(chance, name, values, most=3):
        if random.random() < chance:
            parts.append(f"{name}={','.join(str(value) for value in some(values, most))}")

    if random.random() < 0.6:
        parts.append(f"INTERVAL={random.randint(1, 40 if elapsed else 5)}")
    weekdays = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    maybe(0.25, "BYMONTH", range(1, 13), 5)
    if frequency in ("YEARLY", "MONTHLY") and random.random() < 0.4:
        most = 4 if frequency == "MONTHLY" or "BYMONTH" in parts[-1] else 40
        numbers = [random.choice([-1, 1]) * random.randint(1, most) for _ in range(2)]
        parts.append("BYDAY=" + ",".join(f"{number}{weekday}" for number, weekday in zip(numbers, random.sample(weekdays, 2))))
    else:
        maybe(0.35, "BYDAY", weekdays, 4)
        if frequency == "YEARLY":
            maybe(0.3, "BYWEEKNO", range(1, 54), 5)
    if frequency != "WEEKLY":
        maybe(0.25, "BYMONTHDAY", [*range(1, 32), *range(-31, 0)], 6)
    if frequency == "YEARLY" or elapsed:
        maybe(0.15, "BYYEARDAY", [*range(1, 367), *range(-366, 0)], 40)
    maybe(0.3, "BYHOUR", range(24), 4)
    maybe(0.3, "BYMINUTE", range(60), 4)
    maybe(0.2, "BYSECOND", range(60), 3)
    # In the first week dateutil counts from DTSTART and not from the week's own beginning.
    if frequency not in ("WEEKLY", "SECONDLY") and any(part.startswith("BY") for part in parts):
        maybe(0.25, "BYSETPOS", [1, 2, 3, -1, -2], 2)
    if random.random() < 0.3:
        parts.append(f"WKST={random.choice(weekdays)}")
    if random.random() < 0.2:
        parts.append(f"COUNT={random.randint(1, 12)}")
    return ";".join(parts)


def expansions():
    begin, end = datetime(2024, 1, 1), datetime(2034, 1, 1)
    while True:
        expression = random_cron()
        iterator = croniter(expression, begin - timedelta(seconds=1))
        try:
            yield {"cron": expression, "from": shown(begin.replace(tzinfo=UTC)), "expected": [written(iterator.get_next(datetime)) for _ in range(8)]}
        except Exception:
            pass  # it does not fire within croniter's patience
        while True:
            dtstart = begin + timedelta(seconds=random.randint(-300 * 86400, 0))
            text = dtstart.strftime("DTSTART:%Y%m%dT%H%M%S\nRRULE:") + random_rule()
            found = []
            # A rule that hits nothing for ten years would keep dateutil busy up to the year 9999: it is stopped by UNTIL where COUNT does not.
            bounded = text if "COUNT" in text else f"{text};UNTIL={end.strftime('%Y%m%dT%H%M%S')}"
            if "COUNT" in text and any(part in text for part in ("YEARDAY", "WEEKNO", "SECONDLY", "BYMONTHDAY")):
                continue
            if "SECONDLY" in text and ("BYMONTH" in text or "BYYEARDAY" in text):
                continue
            try:
                signal.alarm(2)
                for wall in rrulestr(bounded):
                    if begin <= wall <= end:
                        found.append(written(wall))
                    if len(found) == 8 or wall >= end:
                        break
            except (ValueError, TimeoutError):
                continue  # dateutil refuses steps that never meet their filter, and walks others up to the year 9999
            finally:
                signal.alarm(0)
            if found:
                yield {"rrule": text, "from": shown(begin.replace(tzinfo=UTC)), "expected": found}
                break


def lines(cases):
    return "[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n"


def give_up(*_):
    raise TimeoutError


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, give_up)
    random.seed(4)
    across = [case for name in ZONES for case in cases_of(name)]
    (HERE / "golden-transitions.json").write_text(lines(across))
    source = expansions()
    (HERE / "golden-expansions.json").write_text(lines([next(source) for _ in range(500)]))
