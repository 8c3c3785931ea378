"""The exam logs as their systems hold them: one frame per exam, contract columns, times typed and in civil time."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from simulation.arrays import Bools, Ints
from simulation.columns import MISSING, moments, named, present
from simulation.exams.behaviour import EXAM_NAMES, PRACTICE, THEORY, Behaviour
from simulation.exams.clock import (
    Clock,
    OutOfHours,
    PlantedTimes,
    ordinary_clock,
    plant_fast_theory,
    workstation_name,
)
from simulation.exams.history import History, draw_history
from simulation.exams.log import Log, concat
from simulation.exams.staffing import Staffing, assign
from simulation.people import iin_text, spoil_checksums
from simulation.staff import Staff
from simulation.working_calendar import day_number
from simulation.world import EXAMS_FROM, LAST_DAY, World

SOURCES = {THEORY: "theory_exams", PRACTICE: "practical_exams"}
ID_PREFIXES = {THEORY: "ZT", PRACTICE: "AD"}
FAILED, PASSED, ANNULLED, NO_SHOW = range(4)
RESULTS = ("failed", "passed", "annulled", "no_show")
CATEGORIES = {"B": 0.8, "C": 0.07, "A": 0.05, "D": 0.04, "BE": 0.02, "CE": 0.02}
INVALID_IIN_SHARE = 0.0012
THEORY_QUESTIONS, THEORY_PASS_MARK = 40, 32
PRACTICE_POINTS, PRACTICE_PASS_MARK = 100, 80


@dataclass(frozen=True)
class ExamRecords:
    """A frame per source name, sorted by start, times civil; where exams went on after closing; what was planted."""

    frames: dict[str, pl.DataFrame]
    evening_centres: list[str]
    truth: dict[str, object]


def build_exams(world: World, staff: Staff, behaviour: Behaviour) -> ExamRecords:
    """Both exam logs of the demo, in agreement with every figure of the memo about them."""
    history = draw_history(world, behaviour)
    staffing = assign(world, behaviour, history, staff)
    rng = world.rng("clock")
    clock = ordinary_clock(rng, world, behaviour, history.log)
    planted = PlantedTimes()
    plant_fast_theory(world, history, staffing, clock, planted)
    OutOfHours(world, history, staffing, clock, _alone(history.log), planted)

    rng = world.rng("records")
    log, result, source_row, clock = _with_rows_that_never_count(rng, world, behaviour, history.log, clock)
    iin = _personal_numbers(rng, world, history)
    category = rng.choice(len(CATEGORIES), history.persons, p=list(CATEGORIES.values()))
    frames = {}
    for exam, source in SOURCES.items():
        rows = np.flatnonzero(log.exam == exam)
        rows = rows[np.lexsort((log.person[rows], clock.start[rows]))]
        origin = source_row[rows]
        absent = result[rows] == NO_SHOW
        frames[source] = pl.DataFrame(
            {
                "attempt_id": ID_PREFIXES[exam] + pl.Series(np.arange(1, len(rows) + 1)).cast(pl.String).str.zfill(8),
                "candidate_iin": iin_text(iin[log.person[rows]]),
                "centre_code": named(world.centres.code, log.centre[rows]),
                "category": named(list(CATEGORIES), category[log.person[rows]]),
                "started_at": moments(clock.start[rows]),
                "finished_at": moments(clock.finish[rows]),
                "recorded_at": moments(clock.record[rows]),
                "result": named(list(RESULTS), result[rows]),
                "score": _scores(rng, exam, result[rows]),
                "examiner_id": named(staff.frame["employee_id"].to_list(), staffing.examiner[origin]),
                "workstation": named([workstation_name(exam, n) for n in range(100)], staffing.workstation[origin]),
                "driving_school": named(staffing.school_names, staffing.school[origin]),
            }
        ).with_columns(
            pl.when(pl.Series(absent)).then(None).otherwise(pl.col("examiner_id")).alias("examiner_id"),
            pl.when(pl.Series(absent)).then(None).otherwise(pl.col("workstation")).alias("workstation"),
        )
    evening_centres = [world.centres.code[centre] for _, centre, _ in planted.evening]
    return ExamRecords(frames, evening_centres, _truth(world, staff, history, staffing, planted))


def _alone(log: Log) -> Bools:
    """Whether the candidate has no other attempt within five days: such an attempt may move by a few days."""
    near = (log.person[1:] == log.person[:-1]) & (log.day[1:] - log.day[:-1] <= 5)
    alone: Bools = ~(np.append(near, False) | np.append(False, near))
    return alone


def _with_rows_that_never_count(
    rng: np.random.Generator, world: World, behaviour: Behaviour, log: Log, clock: Clock
) -> tuple[Log, Ints, Ints, Clock]:
    """The log with no-shows and annulled attempts of the same candidates at earlier days, within working hours.

    Also each row's result, the counting row that it was modelled on, and the clock.
    """
    n_absent, n_annulled = round(len(log) * behaviour.no_shows), round(len(log) * behaviour.annulled)
    model = rng.choice(np.flatnonzero(log.centre < world.centres.registered), n_absent + n_annulled, replace=False)
    day = np.maximum(log.day[model] - rng.integers(2, 9, len(model)), day_number(EXAMS_FROM))
    copies = log.take(model)
    day = world.calendar.next_working(day, world.centres.saturdays[copies.centre])
    copies = Log(copies.person, copies.exam, copies.centre, day, copies.passed)
    times = ordinary_clock(rng, world, behaviour, copies)
    absent = np.arange(len(model)) < n_absent
    times.finish[absent] = MISSING
    all_results = np.concatenate([log.passed.astype(np.int64), np.where(absent, NO_SHOW, ANNULLED)])
    merged = Clock(
        np.concatenate([clock.start, times.start]),
        np.concatenate([clock.finish, times.finish]),
        np.concatenate([clock.record, times.record]),
    )
    return concat([log, copies]), all_results, np.concatenate([np.arange(len(log)), model]), merged


def _personal_numbers(rng: np.random.Generator, world: World, history: History) -> Ints:
    persons = np.unique(history.log.person)
    ages = 17.5 + np.where(
        rng.random(len(persons)) < 0.6, rng.exponential(4.0, len(persons)), rng.uniform(4, 40, len(persons))
    )
    issued = world.numbers.issue(np.minimum(ages, 70.0), date(EXAMS_FROM.year, 1, 1))
    numbers = np.zeros(history.persons, dtype=np.int64)
    numbers[persons] = spoil_checksums(issued, rng.random(len(persons)) < INVALID_IIN_SHARE)
    return numbers


def _scores(rng: np.random.Generator, exam: int, result: Ints) -> pl.Series:
    best, mark = (THEORY_QUESTIONS, THEORY_PASS_MARK) if exam == THEORY else (PRACTICE_POINTS, PRACTICE_PASS_MARK)
    good = rng.integers(mark, best + 1, len(result))
    bad = mark - 1 - np.minimum(rng.exponential(best / 8, len(result)).astype(np.int64), mark - 1)
    score = pl.Series(np.where(result == PASSED, good, bad).astype(np.float64))
    return present(score, result <= PASSED)


def _truth(
    world: World, staff: Staff, history: History, staffing: Staffing, planted: PlantedTimes
) -> dict[str, object]:
    centres, schemes = world.centres, history.schemes
    return {
        "generous_examiners": staffing.generous,
        "fast_theory_workstations": {"year": LAST_DAY.year, "workstations": planted.fast_workstations},
        "evening_exams": [
            {
                "exam": EXAM_NAMES[exam],
                "centre_code": centres.code[centre],
                "employee_id": staff.employee_id(examiner),
            }
            for exam, centre, examiner in planted.evening
        ],
        "day_off_attempts": planted.day_off_attempts,
        "practice_without_theory": [
            {"centre_code": centres.code[c], "attempts": n} for c, n in schemes.without_theory.items()
        ],
        "limits_ignored_at": [centres.code[c] for c in schemes.lax_centres.tolist()],
        "wandering_school": {
            "driving_school": staffing.wandering_school,
            "region": world.regions[schemes.pull_region].code,
            "to_centre": centres.code[schemes.pull_centre],
        },
        "weak_schools": staffing.weak_schools,
        "unregistered_centre": {
            "centre_code": centres.code[-1],
            "candidates": schemes.unregistered_candidates,
        },
    }
