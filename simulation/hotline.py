"""The initiative-information line: few reports, as many confirmed ones among them as the memo prints."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from simulation.columns import present
from simulation.targets import Allocation
from simulation.world import LAST_DAY, OTHERS_FROM, World, years_from

METRIC, CONFIRMED_METRIC = "hotline_reports", "hotline_confirmed_pct"
# Topic: how common, and what such a report says (Kazakh, Russian).
TOPICS: dict[str, tuple[float, str, str]] = {
    "exam": (0.35, "Емтиханнан өту үшін ақша сұралды.", "За сдачу экзамена попросили деньги."),
    "licence": (0.25, "Куәлікті кезексіз рәсімдеуге ақша алынды.", "Брали деньги за оформление удостоверения."),
    "vehicle_registration": (0.2, "Көлік тексерусіз тіркелді.", "Автомобиль зарегистрировали без осмотра."),
    "staff_conduct": (0.12, "Қызметкер делдалға жіберді.", "Работник направил к посреднику."),
    "other": (0.08, "Кезек сатылып жатыр.", "Продают места в очереди."),
}
# The confirmed reports of the memo are about money for exams and licences.
CONFIRMED_TOPICS = ("exam", "licence")
KAZAKH_SHARE, CENTRE_KNOWN = 0.55, 0.8
# Reports of the last weeks are still being examined.
EXAMINATION_DAYS = 30


def build_hotline(world: World) -> pl.DataFrame:
    """The reports, regions as codes; contract columns."""
    rng = world.rng("hotline")
    totals = {year: figure.count for year, figure in world.targets.yearly(METRIC).items()}
    confirmed = {year: f.count for year, f in world.targets.yearly(CONFIRMED_METRIC, "numerator").items()}
    region = Allocation(rng, totals, world.region_weights(), [])
    years = years_from(OTHERS_FROM)
    return pl.concat([_year(rng, world, y, region.rows(rng, y), confirmed[y]) for y in years])


def _year(rng: np.random.Generator, world: World, year: int, regions: list[str], confirmed: int) -> pl.DataFrame:
    n = len(regions)
    days = sorted(world.calendar.draw_workdays(rng, year, n))
    received = [
        datetime(day.year, day.month, day.day) + timedelta(seconds=int(second))
        for day, second in zip(days, rng.integers(7 * 3_600, 22 * 3_600, n), strict=True)
    ]
    examined = np.array([(LAST_DAY - day).days > EXAMINATION_DAYS for day in days])
    hits = rng.choice(np.flatnonzero(examined), confirmed, replace=False)
    is_confirmed = np.isin(np.arange(n), hits)
    usual = rng.choice(list(TOPICS), n, p=[weight for weight, _, _ in TOPICS.values()])
    topics = np.where(is_confirmed, rng.choice(CONFIRMED_TOPICS, n), usual).tolist()
    kazakh = rng.random(n) < KAZAKH_SHARE
    return pl.DataFrame(
        {
            "report_id": [f"IL-{year}-{number:03d}" for number in range(1, n + 1)],
            "received_at": received,
            "region": regions,
            "centre_code": world.centre_codes(rng, regions, CENTRE_KNOWN),
            "topic": topics,
            "corruption_confirmed": present(pl.Series(is_confirmed), examined),
            "forwarded_to_law_enforcement": is_confirmed,
            "summary": [TOPICS[topic][1 if kk else 2] for topic, kk in zip(topics, kazakh, strict=True)],
        },
        schema_overrides={"centre_code": pl.String},
    )
