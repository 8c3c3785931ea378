"""The HR register: invented employees of the centres and the central office. Penalties belong in `discipline`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from simulation.arrays import Ints
from simulation.people import iin_text
from simulation.reference import CENTRAL_OFFICE
from simulation.world import EXAMS_FROM, LAST_DAY, World

EMPLOYEES = 2_500
CENTRAL_OFFICE_EMPLOYEES = 170
EXAMINERS_AT_LEAST = 4
# Position groups and how common they are at a centre; at the central office below.
GROUPS = {
    "service_specialist": 0.58,
    "examiner": 0.2,
    "supervisor": 0.06,
    "manager": 0.04,
    "it_staff": 0.04,
    "other": 0.08,
}
CENTRAL_GROUPS = {"service_specialist": 0.45, "manager": 0.12, "it_staff": 0.2, "other": 0.23}
LEFT_SHARE = 0.07


@dataclass(frozen=True)
class Staff:
    """All employees, columns as source `employees`; `centre` is a centre's index, -1 at the central office."""

    frame: pl.DataFrame
    centre: Ints

    def rows(self, centre: int, group: str) -> Ints:
        """Row numbers in `frame` of a centre's position group."""
        return np.flatnonzero((self.centre == centre) & (self.frame["position_group"] == group).to_numpy())

    def somebody(
        self, rng: np.random.Generator, regions: Sequence[str], groups: Sequence[str], share: float
    ) -> list[str | None]:
        """Somebody of each region code in one of the position groups, for `share` of the records."""
        team = self.frame.filter(pl.col("position_group").is_in(list(groups)))
        ids = {code: team.filter(pl.col("region") == code)["employee_id"].to_list() for code in sorted(set(regions))}
        return [str(rng.choice(ids[code])) if rng.random() < share else None for code in regions]

    def employee_id(self, row: int) -> str:
        """The employee number of a row of `frame`."""
        return str(self.frame.item(row, "employee_id"))


def build_staff(world: World) -> Staff:
    """Employees by centre size; a supervisor per centre where there is one."""
    rng = world.rng("staff")
    n = world.centres.registered
    size = world.centres.size[:n]
    at_centre = np.maximum(12, np.round((EMPLOYEES - CENTRAL_OFFICE_EMPLOYEES) * size / size.sum())).astype(np.int64)
    centre = np.concatenate([np.repeat(np.arange(n), at_centre), np.full(CENTRAL_OFFICE_EMPLOYEES, -1)])
    group = np.where(
        centre >= 0,
        rng.choice(list(GROUPS), len(centre), p=list(GROUPS.values())),
        rng.choice(list(CENTRAL_GROUPS), len(centre), p=list(CENTRAL_GROUPS.values())),
    )
    for index in range(n):
        # Every centre can examine and has somebody in charge.
        first = int(np.flatnonzero(centre == index)[0])
        group[first] = "supervisor"
        group[first + 1 : first + 1 + EXAMINERS_AT_LEAST] = "examiner"
    hired = [EXAMS_FROM - timedelta(days=int(d)) for d in rng.integers(30, 5_000, len(centre))]
    leaves = (rng.random(len(centre)) < LEFT_SHARE) & (group != "examiner")
    span = (LAST_DAY - EXAMS_FROM).days
    left = [
        EXAMS_FROM + timedelta(days=int(d)) if gone else None
        for d, gone in zip(rng.integers(400, span, len(centre)), leaves, strict=True)
    ]
    employee_id = [f"E{number:05d}" for number in 10_000 + rng.permutation(len(centre))]
    return Staff(
        frame=pl.DataFrame(
            {
                "employee_id": employee_id,
                "iin": iin_text(world.numbers.issue(rng.uniform(22, 60, len(centre)), date(EXAMS_FROM.year, 1, 1))),
                "region": [world.regions[world.centres.region[c]].code if c >= 0 else CENTRAL_OFFICE for c in centre],
                "centre_code": [world.centres.code[c] if c >= 0 else None for c in centre],
                "position_group": group,
                "supervisor_id": _supervisors(employee_id, centre, group.tolist()),
                "hired_on": hired,
                "left_on": left,
            },
            schema_overrides={"left_on": pl.Date},
        ),
        centre=centre,
    )


def _supervisors(employee_id: list[str], centre: Ints, group: list[str]) -> list[str | None]:
    """The first supervisor (central office: manager) of the same centre; nobody supervises oneself."""
    boss: dict[int, str] = {}
    for employee, place, position in zip(employee_id, centre, group, strict=True):
        if position == ("supervisor" if place >= 0 else "manager"):
            boss.setdefault(int(place), employee)
    found = [boss.get(int(place)) for place in centre]
    return [b if b != e else None for b, e in zip(found, employee_id, strict=True)]
