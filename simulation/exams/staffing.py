"""Who examined whom at which workstation, and which school taught whom.

Results are fixed by now. An examiner or school of pass rate p is drawn for a result by Bayes' rule, so that its share
of passes comes out near p while no total moves.
"""

from dataclasses import dataclass, field

import numpy as np

from simulation.arrays import Bools, Floats, Ints
from simulation.exams.behaviour import EXAM_NAMES, PRACTICE, THEORY, Behaviour
from simulation.exams.history import History
from simulation.staff import Staff
from simulation.world import World

ATTEMPTS_A_WORKSTATION = 900
GENEROUS_PASS_RATE = 0.975
GENEROUS_EXAMINERS = {THEORY: 2, PRACTICE: 4}
PEOPLE_A_SCHOOL = 90
WEAK_SCHOOL_PASS_RATE, WEAK_SCHOOLS = 0.3, 2
SCHOOL_NAMES = (
    "Темірқазық", "Жол айрығы", "Сапар", "Ақ жол", "Арғымақ", "Тұлпар", "Форсаж", "Перекрёсток", "Светофор", "Пилот",
    "Автолидер", "Жүргізуші", "Көкжиек", "Вираж", "Магистраль", "Алтын руль", "Дорожник", "Қыран", "Бағдаршам",
    "Экспресс",
)  # fmt: skip
SCHOOL_KEEPS = 0.8


@dataclass
class Staffing:
    """For each attempt: the examiner's row in the staff, the workstation's number, the school's index (-1: none)."""

    examiner: Ints
    workstation: Ints
    school: Ints
    school_names: list[str]
    generous: list[dict[str, str]] = field(default_factory=list)
    wandering_school: str = ""
    weak_schools: list[str] = field(default_factory=list)
    examiners: dict[tuple[int, int], Ints] = field(default_factory=dict)


def assign(world: World, behaviour: Behaviour, history: History, staff: Staff) -> Staffing:
    """Draw examiners, workstations and schools for all counting attempts."""
    rng = world.rng("staffing")
    log = history.log
    staffing = Staffing(
        examiner=np.full(len(log), -1, dtype=np.int64),
        workstation=np.zeros(len(log), dtype=np.int64),
        school=np.full(len(log), -1, dtype=np.int64),
        school_names=[],
    )
    large = np.argsort(-world.centres.size[: world.centres.registered])[:30]
    planted = {exam: set(rng.choice(large, n, replace=False).tolist()) for exam, n in GENEROUS_EXAMINERS.items()}
    order = np.lexsort((log.centre, log.exam))
    key = log.exam[order] * 1_000 + log.centre[order]
    for rows in np.split(order, np.flatnonzero(np.diff(key)) + 1):
        exam, centre = int(log.exam[rows[0]]), int(log.centre[rows[0]])
        pool = staff.rows(min(centre, world.centres.registered - 1), "examiner")
        team = pool[0::2] if exam == THEORY else pool[1::2]
        passed = log.passed[rows]
        level = float(passed.mean())
        rates = rng.beta(level * behaviour.examiner_spread, (1 - level) * behaviour.examiner_spread, len(team))
        if centre in planted[exam]:
            rates[0] = GENEROUS_PASS_RATE
            staffing.generous.append(
                {
                    "exam": EXAM_NAMES[exam],
                    "employee_id": staff.employee_id(int(team[0])),
                    "centre_code": world.centres.code[centre],
                }
            )
        chosen = _by_result(rng, passed, rng.uniform(0.6, 1.4, len(team)), rates)
        staffing.examiner[rows] = team[chosen]
        staffing.examiners[exam, centre] = team
        stations = (
            max(3, round(len(rows) / ATTEMPTS_A_WORKSTATION)) if exam == THEORY else world.centres.vehicles[centre]
        )
        staffing.workstation[rows] = rng.integers(1, stations + 1, len(rows))
    _assign_schools(rng, world, behaviour, history, staffing)
    return staffing


def _by_result(rng: np.random.Generator, passed: Bools, weights: Floats, rates: Floats) -> Ints:
    chosen = np.zeros(len(passed), dtype=np.int64)
    for outcome, likelihood in ((True, rates), (False, 1 - rates)):
        rows = np.flatnonzero(passed == outcome)
        cumulative = np.cumsum(weights * likelihood)
        chosen[rows] = np.searchsorted(cumulative, rng.random(len(rows)) * cumulative[-1], side="right")
    return chosen


def _assign_schools(
    rng: np.random.Generator, world: World, behaviour: Behaviour, history: History, staffing: Staffing
) -> None:
    log = history.log
    practical = log.exam == PRACTICE
    passes = np.bincount(log.person[practical & log.passed], minlength=history.persons)
    fails = np.bincount(log.person[practical & ~log.passed], minlength=history.persons)
    home = np.full(history.persons, -1, dtype=np.int64)
    # Written backwards, so that the first attempt's region stays.
    home[log.person[::-1]] = world.centres.region[log.centre[::-1]]
    school = np.full(history.persons, -1, dtype=np.int64)
    level = float(log.passed[practical].mean())
    weak = set(rng.choice(len(world.regions), WEAK_SCHOOLS, replace=False).tolist())
    for index, region in enumerate(world.regions):
        persons = np.flatnonzero(home == index)
        n = max(4, region.population_thousands // PEOPLE_A_SCHOOL)
        rates = rng.beta(level * behaviour.school_spread, (1 - level) * behaviour.school_spread, n)
        if index in weak:
            rates[-1] = WEAK_SCHOOL_PASS_RATE
        likelihood = np.exp(passes[persons, None] * np.log(rates) + fails[persons, None] * np.log(1 - rates))
        cumulative = np.cumsum(likelihood * rng.gamma(2.0, 0.5, n), axis=1)
        drawn = rng.random(len(persons)) * cumulative[:, -1]
        school[persons] = len(staffing.school_names) + np.argmax(cumulative > drawn[:, None], axis=1)
        names = rng.choice(SCHOOL_NAMES, n, replace=n > len(SCHOOL_NAMES))
        staffing.school_names += [f"«{name}» № {region.code[-2:]}-{k}" for k, name in enumerate(names, start=1)]
        if index in weak:
            staffing.weak_schools.append(staffing.school_names[-1])
    school[rng.random(history.persons) < behaviour.no_school] = -1
    schemes = history.schemes
    wanderers = np.unique(log.person[log.centre == schemes.pull_centre])
    wanderers = wanderers[home[wanderers] == schemes.pull_region]
    wandering = int(np.min(school[(home == schemes.pull_region) & (school >= 0)]))
    school[wanderers[rng.random(len(wanderers)) < SCHOOL_KEEPS]] = wandering
    staffing.wandering_school = staffing.school_names[wandering]
    staffing.school = school[log.person]
