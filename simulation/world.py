"""What every domain of the simulation shares: regions, centres, working days, personal numbers, targets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from simulation.centres import Centres, build_centres
from simulation.people import PersonalNumbers
from simulation.reference import Region, load_regions
from simulation.targets import Targets
from simulation.working_calendar import WorkingCalendar

# The spans that the demo deliveries cover.
LAST_DAY = date(2025, 12, 31)
EXAMS_FROM = date(2023, 1, 1)
APPEALS_FROM = date(2022, 1, 1)
OTHERS_FROM = date(2024, 1, 1)


def years_from(first: date) -> list[int]:
    """Calendar years from that of `first` to the last one of the demo."""
    return list(range(first.year, LAST_DAY.year + 1))


@dataclass
class World:
    """The shared setting; `seed` feeds one independent random stream per domain."""

    seed: int
    regions: list[Region]
    centres: Centres
    calendar: WorkingCalendar
    numbers: PersonalNumbers
    targets: Targets

    @classmethod
    def create(cls, seed: int) -> "World":
        """Draw the setting of `seed`."""
        regions = load_regions()
        return cls(
            seed=seed,
            regions=regions,
            centres=build_centres(stream(seed, "centres"), regions),
            calendar=WorkingCalendar(),
            numbers=PersonalNumbers(stream(seed, "personal numbers")),
            targets=Targets.load(),
        )

    def rng(self, domain: str) -> np.random.Generator:
        """The random stream of a domain: what one domain draws does not move another."""
        return stream(self.seed, domain)

    def centre_codes(self, rng: np.random.Generator, regions: Sequence[str], share: float) -> list[str | None]:
        """A registered centre of each region code for `share` of the records; the central office has none."""
        places = {r.code: self.centres.of_region(i) for i, r in enumerate(self.regions)}
        return [
            self.centres.code[int(rng.choice(places[code]))] if code in places and rng.random() < share else None
            for code in regions
        ]

    def region_weights(self) -> dict[str, float]:
        """Region code -> population, as the natural weight of whatever happens there."""
        return {r.code: float(r.population_thousands) for r in self.regions}


def stream(seed: int, domain: str) -> np.random.Generator:
    """A random stream that depends on the seed and the domain's name only."""
    return np.random.default_rng([seed, *domain.encode()])


def yearly_levels(
    rng: np.random.Generator, targets: Targets, metric_key: str, years: list[int], low: float, high: float
) -> dict[int, int]:
    """Year -> the memo's count; other years get the nearest printed one times a number in [low, high]."""
    known = {year: figure.count for year, figure in targets.yearly(metric_key).items()}
    nearest = {year: min(known, key=lambda k: (abs(k - year), k)) for year in years}
    return {y: known[y] if y in known else round(known[nearest[y]] * rng.uniform(low, high)) for y in years}
