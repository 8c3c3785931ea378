"""When attempts began, ended and were recorded; fast theory and out-of-hours exams in the memo's monthly numbers.

Times are seconds since `EPOCH` in the centre's civil time, `MISSING` where the log has none. Whatever is not planted
here begins, ends and is recorded within the centre's working time.
"""

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from simulation.arrays import Bools, Ints
from simulation.columns import DAY, HOUR, MINUTE, MISSING
from simulation.exams.behaviour import EXAM_NAMES, THEORY, Behaviour
from simulation.exams.history import History
from simulation.exams.log import Log
from simulation.exams.staffing import Staffing
from simulation.targets import MonthlyLevel
from simulation.working_calendar import month_number, month_numbers, months_between
from simulation.world import EXAMS_FROM, LAST_DAY, World

FAST_SECONDS = 300
# The last exam of a day begins so long before closing that it is over and recorded in time.
LAST_START = 60 * MINUTE
LONGEST, LONGEST_LAG = 44 * MINUTE, 14 * MINUTE


@dataclass
class Clock:
    """Seconds since `EPOCH` for each attempt."""

    start: Ints
    finish: Ints
    record: Ints


def ordinary_clock(rng: np.random.Generator, world: World, behaviour: Behaviour, log: Log) -> Clock:
    """Times within working hours: busy mornings, a second peak after lunch, some on the minute of opening."""
    n = len(log)
    opens, closes = (h * MINUTE for h in world.centres.hours(world.calendar, log.centre, log.day))
    morning = rng.random(n) < 0.58
    moment = np.where(morning, rng.beta(1.6, 4.0, n), rng.beta(4.5, 2.5, n))
    second = (moment * (closes - opens - LAST_START)).astype(np.int64)
    second[rng.random(n) < 0.01] = 0
    start = log.day * DAY + opens + second
    theory = log.exam == THEORY
    length = np.where(theory, rng.gamma(9.0, 150.0, n), rng.gamma(14.0, 110.0, n)).astype(np.int64)
    # The shortest lawful theory exam lasts to the second what the indicator calls not fast.
    length = np.clip(length, FAST_SECONDS, LONGEST)
    finish = start + length
    record = finish + np.minimum(rng.exponential(3 * MINUTE, n), LONGEST_LAG).astype(np.int64)
    finish[rng.random(n) < behaviour.no_finish] = MISSING
    record[rng.random(n) < behaviour.no_record] = MISSING
    return Clock(start, finish, record)


@dataclass
class PlantedTimes:
    """What was planted, for the truth file; `evening` as (exam, centre, the examiner's row in the staff)."""

    fast_workstations: list[dict[str, object]] = field(default_factory=list)
    evening: list[tuple[int, int, int]] = field(default_factory=list)
    day_off_attempts: int = 0


def plant_fast_theory(world: World, history: History, staffing: Staffing, clock: Clock, planted: PlantedTimes) -> None:
    """Theory below five minutes: exact in the printed months, in the last year mostly at a few workstations."""
    rng = world.rng("fast theory")
    log = history.log
    figures = world.targets.monthly("theory_under_5_min")
    level = MonthlyLevel({month: figure.value for month, figure in figures.items()})
    onset = month_number(min(figures))
    stations = _fast_stations(rng, world, history, staffing)
    month = log.month
    pool_all = np.flatnonzero(
        (log.exam == THEORY) & (clock.finish != MISSING) & (log.centre < world.centres.registered)
    )
    for first in months_between(EXAMS_FROM, LAST_DAY):
        number = month_number(first)
        # The habit grew up to the first printed month.
        growth = min(1.0, 0.3 + 0.7 * (number - month_number(EXAMS_FROM)) / (onset - month_number(EXAMS_FROM)))
        wanted = round(level.draw(rng, first, growth))
        pool = pool_all[month[pool_all] == number]
        chosen: list[Ints] = []
        if first.year == LAST_DAY.year:
            for centre, workstation, share in stations:
                there = pool[(log.centre[pool] == centre) & (staffing.workstation[pool] == workstation)]
                chosen.append(rng.choice(there, round(len(there) * share), replace=False))
        fast = np.concatenate(chosen)[:wanted] if chosen else np.empty(0, dtype=np.int64)
        rest = np.setdiff1d(pool, fast)
        weight = np.where(log.passed[rest], 2.0, 1.0)
        fast = np.concatenate([fast, rng.choice(rest, wanted - len(fast), replace=False, p=weight / weight.sum())])
        # Recorded as long after the end as before.
        lag = clock.record[fast] - clock.finish[fast]
        clock.finish[fast] = clock.start[fast] + rng.integers(70, FAST_SECONDS, len(fast))
        clock.record[fast] = np.where(clock.record[fast] == MISSING, MISSING, clock.finish[fast] + lag)
    planted.fast_workstations = [
        {
            "centre_code": world.centres.code[c],
            "workstation": workstation_name(THEORY, w),
            "share": round(s, 3),
        }
        for c, w, s in stations
    ]


def _fast_stations(
    rng: np.random.Generator, world: World, history: History, staffing: Staffing
) -> list[tuple[int, int, float]]:
    """(centre, workstation, share of fast exams) of the planted workstations: some at three middle-sized centres."""
    centres = rng.choice(np.argsort(-world.centres.size[: world.centres.registered])[10:40], 3, replace=False)
    return [(int(c), w, float(rng.uniform(0.5, 0.62))) for c in centres for w in (2, 3)]


def workstation_name(exam: int, number: int) -> str:
    """A theory computer or an exam vehicle."""
    return f"{'ПК' if exam == THEORY else 'ТС'}-{number:02d}"


class OutOfHours:
    """Moves attempts out of working time: exact in the printed months, on their trend in the others."""

    # Shares of the reported ones that did begin outside, and of these the part at the planted centres; monthly numbers.
    BEGUN_OUTSIDE = (0.35, 0.5)
    AT_PLANTED = 0.55
    ON_DAYS_OFF = 9.0
    EARLY_STARTS = 25.0
    CENTRES = 3

    def __init__(
        self,
        world: World,
        history: History,
        staffing: Staffing,
        clock: Clock,
        shiftable: Bools,
        planted: PlantedTimes,
    ) -> None:
        """`shiftable` marks the attempts that may move to another day of their month."""
        self._rng = world.rng("out of hours")
        self._world, self._log, self._staffing, self._clock = world, history.log, staffing, clock
        self._shiftable, self._planted = shiftable, planted
        totals = world.targets.monthly("out_of_hours_exams")
        passed = {
            month: figure
            for month, figure in world.targets.monthly("out_of_hours_exams", breakdown="result").items()
            if figure.codes == ("passed",)
        }
        self._level = MonthlyLevel({month: figure.value for month, figure in totals.items()})
        self._shares = {
            month: passed[month].value / figure.value for month, figure in totals.items() if month in passed
        }
        registered = self._log.centre < world.centres.registered
        lasting = clock.finish - clock.start >= 20 * MINUTE
        self._free = registered & (clock.finish != MISSING)
        self._long = lasting
        large = np.argsort(-world.centres.size[: world.centres.registered])[:25]
        self._evening_centres = np.sort(self._rng.choice(large, self.CENTRES, replace=False))
        month = self._log.month
        for first in months_between(EXAMS_FROM, LAST_DAY):
            self._month(first, np.flatnonzero(self._free & (month == month_number(first))))
        planted.evening = [
            (exam, centre, int(staffing.examiners[exam, centre][0]))
            for centre in self._evening_centres.tolist()
            for exam in range(len(EXAM_NAMES))
        ]

    def _month(self, first: date, pool: Ints) -> None:
        rng, log = self._rng, self._log
        total = round(self._level.draw(rng, first))
        numbers = [month_number(m) for m in self._shares]
        share = float(np.interp(month_number(first), numbers, list(self._shares.values())))
        passes = round(total * share)
        passed, failed = pool[log.passed[pool]], pool[~log.passed[pool]]
        outside = rng.uniform(*self.BEGUN_OUTSIDE)
        at_planted = np.isin(log.centre[passed], self._evening_centres)
        n_outside = round(passes * outside)
        planted = rng.choice(
            passed[at_planted],
            min(round(n_outside * self.AT_PLANTED), int(at_planted.sum()) // 3),
            replace=False,
        )
        others = rng.permutation(np.setdiff1d(passed, planted))[: passes - len(planted)]
        evening_passes = np.concatenate([planted, others[: n_outside - len(planted)]])
        late_passes = others[n_outside - len(planted) :]
        fails = rng.permutation(failed)[: total - passes]
        n_failed_outside = round(len(fails) * outside)
        self._planted_examiners(planted)
        days_off = self._to_days_off(evening_passes, int(rng.poisson(self.ON_DAYS_OFF)))
        self._to_evening(np.setdiff1d(np.concatenate([evening_passes, fails[:n_failed_outside]]), days_off))
        self._record_late(np.concatenate([late_passes, fails[n_failed_outside:]]))
        used = np.concatenate([evening_passes, late_passes, fails])
        rest = np.setdiff1d(pool[self._long[pool]], used)
        self._begin_early(rng.choice(rest, int(rng.poisson(self.EARLY_STARTS)), replace=False))

    def _hours(self, rows: Ints) -> tuple[Ints, Ints]:
        opens, closes = self._world.centres.hours(self._world.calendar, self._log.centre[rows], self._log.day[rows])
        return opens * MINUTE, closes * MINUTE

    def _planted_examiners(self, rows: Ints) -> None:
        for row in rows[self._rng.random(len(rows)) < 0.8]:
            key = int(self._log.exam[row]), int(self._log.centre[row])
            self._staffing.examiner[row] = self._staffing.examiners[key][0]

    def _begin(self, rows: Ints, start: Ints) -> None:
        """Move whole attempts: the end and the record keep their distance."""
        moved = start - self._clock.start[rows]
        self._clock.start[rows] = start
        self._clock.finish[rows] += moved
        record = self._clock.record[rows]
        self._clock.record[rows] = np.where(record == MISSING, MISSING, record + moved)

    def _to_evening(self, rows: Ints) -> None:
        _, closes = self._hours(rows)
        # The first of them begin on the very minute of closing: that is outside.
        after = np.where(np.arange(len(rows)) < 3, 0, self._rng.integers(0, 105 * MINUTE, len(rows)))
        self._begin(rows, self._log.day[rows] * DAY + closes + after)

    def _to_days_off(self, rows: Ints, wanted: int) -> Ints:
        """Move some attempts to a day off that follows within three days of the same month; returns which."""
        calendar, log = self._world.calendar, self._log
        rows = rows[self._shiftable[rows]]
        saturdays = self._world.centres.saturdays[log.centre[rows]]
        shift = np.zeros(len(rows), dtype=np.int64)
        for days in (3, 2, 1):
            target = log.day[rows] + days
            off = ~calendar.is_working(target, saturdays) & (month_numbers(target) == log.month[rows])
            shift = np.where(off, days, shift)
        moved = rows[shift > 0][:wanted]
        days_off = log.day[moved] + shift[shift > 0][:wanted]
        self._begin(moved, days_off * DAY + self._rng.integers(10 * HOUR, 16 * HOUR, len(moved)))
        self._planted.day_off_attempts += len(moved)
        return moved

    def _record_late(self, rows: Ints) -> None:
        """Status updates after closing (some on its very minute), or before opening on the next day."""
        rng = self._rng
        _, closes = self._hours(rows)
        day = self._log.day[rows] * DAY
        evening = day + closes + np.where(np.arange(len(rows)) < 5, 0, rng.integers(0, 160 * MINUTE, len(rows)))
        morning = day + DAY + self._next_opening(rows) - rng.integers(1, 100 * MINUTE, len(rows))
        self._clock.record[rows] = np.where(rng.random(len(rows)) < 0.8, evening, morning)

    def _next_opening(self, rows: Ints) -> Ints:
        opens, _ = self._world.centres.hours(self._world.calendar, self._log.centre[rows], self._log.day[rows] + 1)
        return opens * MINUTE

    def _begin_early(self, rows: Ints) -> None:
        """Begun before opening, ended and recorded after it: outside by its start only."""
        opens, _ = self._hours(rows)
        self._begin(rows, self._log.day[rows] * DAY + opens - self._rng.integers(1, 12 * MINUTE, len(rows)))
