"""Ordinary candidates: theory until it is passed, then practice within the limits, all at one centre.

Nobody here breaks a limit of attempts or changes centre: those who do belong in `limits` and `migration`.
"""

from dataclasses import dataclass

import numpy as np

from simulation.arrays import Bools, Floats, Ints
from simulation.exams.behaviour import PRACTICE, THEORY, Behaviour
from simulation.exams.log import Log, concat
from simulation.working_calendar import EPOCH, HORIZON, as_dates, day_number, month_numbers
from simulation.world import EXAMS_FROM, LAST_DAY, World


@dataclass(frozen=True)
class PassRates:
    """Chance to pass by exam, centre and year since `EPOCH`'s; and each centre's keenness from 0 to 1."""

    chance: Floats
    keenness: Floats

    def draw(self, rng: np.random.Generator, exam: int, centre: Ints, day: Ints) -> Bools:
        """Results of attempts at these centres on these days."""
        year = as_dates(day).astype("datetime64[Y]").astype(np.int64) + 1970 - EPOCH.year
        result: Bools = rng.random(len(centre)) < self.chance[exam, centre, year]
        return result


@dataclass
class _Round:
    """One way through theory and practice: parallel arrays of the candidates in it."""

    person: Ints
    centre: Ints
    day: Ints
    # The month before which no practical attempt may lie (the limits reach over two months).
    earliest_month: Ints


class OrdinaryCandidates:
    """Draws the attempts of `persons` candidates; afterwards `log` holds them."""

    def __init__(self, rng: np.random.Generator, world: World, behaviour: Behaviour, rates: PassRates) -> None:
        """Let all candidates arrive and sit their exams."""
        self._rng, self._behaviour, self._rates = rng, behaviour, rates
        self._calendar = world.calendar
        self._saturdays = world.centres.saturdays
        self._parts: list[Log] = []
        start = self._arrivals(world)
        self.persons = len(start.person)
        failed = self._practice(self._theory(start))
        self._practice(self._theory(self._second_round(failed)))
        self.log = concat(self._parts).within(day_number(EXAMS_FROM), day_number(LAST_DAY))

    def _arrivals(self, world: World) -> _Round:
        b = self._behaviour
        days = np.arange(day_number(EXAMS_FROM) - b.warm_up_days, day_number(LAST_DAY) + 1)
        month = month_numbers(days) % 12
        weight = np.array(b.season)[month] * np.array(b.weekdays)[self._calendar.weekday[days]]
        weight = weight * (1 + b.yearly_growth) ** (days / 365.25)
        n = round(b.arrivals_a_year * len(days) / 365.25)
        day = self._rng.choice(days, n, p=weight / weight.sum())
        size = world.centres.size
        centre = self._rng.choice(len(size), n, p=size)
        return _Round(np.arange(n), centre, self._workday(day, centre), np.zeros(n, dtype=np.int64))

    def _workday(self, day: Ints, centre: Ints) -> Ints:
        """The day itself when it is worked, else one of the next: not everybody comes on the first Monday."""
        saturdays = self._saturdays[centre]
        closed = ~self._calendar.is_working(np.minimum(day, day_number(HORIZON)), saturdays)
        wait = np.where(closed, self._rng.integers(0, self._behaviour.after_a_day_off, len(day)), 0)
        return self._calendar.next_working(day + wait, saturdays)

    def _later(self, day: Ints, gap: tuple[int, float]) -> Ints:
        least, more = gap
        return day + least + self._rng.exponential(more, len(day)).astype(np.int64)

    def _sit(self, exam: int, person: Ints, centre: Ints, day: Ints) -> Bools:
        passed = self._rates.draw(self._rng, exam, centre, day)
        self._parts.append(Log(person, np.full(len(person), exam), centre, day, passed))
        return passed

    def _theory(self, start: _Round) -> _Round:
        """Theory until passed or given up: those who passed, on the day of the pass."""
        person, centre, day, earliest = start.person, start.centre, start.day, start.earliest_month
        through: list[_Round] = []
        for _ in range(self._behaviour.theory_tries):
            passed = self._sit(THEORY, person, centre, day)
            through.append(_Round(person[passed], centre[passed], day[passed], earliest[passed]))
            again = ~passed & (self._rng.random(len(person)) < self._behaviour.theory_return)
            person, centre, earliest = person[again], centre[again], earliest[again]
            day = self._workday(self._later(day[again], self._behaviour.theory_gap), centre)
        return _Round(
            *(
                np.concatenate([getattr(r, name) for r in through])
                for name in ("person", "centre", "day", "earliest_month")
            )
        )

    def _practice(self, admitted: _Round) -> _Round:
        """Practice within the limits: those who failed every try, on the day of the last one."""
        b = self._behaviour
        keen = self._rates.keenness[admitted.centre]
        comes = self._rng.random(len(keen)) < _between(b.practice_show, keen)
        person, centre, keen = admitted.person[comes], admitted.centre[comes], keen[comes]
        day = self._later(admitted.day[comes], b.practice_gap)
        too_early = month_numbers(day) < admitted.earliest_month[comes]
        day = self._workday(np.where(too_early, self._early_in(admitted.earliest_month[comes]), day), centre)
        first_month = month_numbers(day)
        for attempt in range(1, b.practice_tries + 1):
            passed = self._sit(PRACTICE, person, centre, day)
            again = ~passed
            if attempt < b.practice_tries:
                again &= self._rng.random(len(keen)) < _between(b.practice_return, keen)
            person, centre, keen = person[again], centre[again], keen[again]
            first_month, day = first_month[again], day[again]
            if attempt < b.practice_tries:
                day = self._workday(self._later(day, b.practice_retake_gap), centre)
                # A third try in the month of the first would break the monthly limit: it waits for the next.
                third_in_month = (attempt > 1) & (month_numbers(day) == first_month)
                day = np.where(third_in_month, self._workday(self._early_in(first_month + 1), centre), day)
        return _Round(person, centre, day, month_numbers(day) + 2)

    def _early_in(self, month: Ints) -> Ints:
        first = (month - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
        start = (first - np.datetime64(EPOCH, "D")).astype(np.int64)
        day: Ints = start + self._rng.integers(0, 15, len(month))
        return day

    def _second_round(self, failed: _Round) -> _Round:
        back = self._rng.random(len(failed.person)) < self._behaviour.second_round
        centre = failed.centre[back]
        day = self._workday(self._later(failed.day[back], self._behaviour.second_round_gap), centre)
        return _Round(failed.person[back], centre, day, failed.earliest_month[back])


def _between(bounds: tuple[float, float], share: Floats) -> Floats:
    low, high = bounds
    return low + (high - low) * share
