"""Appeals of both channels: «Е-Өтініш» row by row, Smart Data Ukimet as monthly counts.

The figures of the memo are those of both together.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl

from simulation.arrays import Ints
from simulation.people import iin_text
from simulation.reference import CENTRAL_OFFICE
from simulation.targets import Allocation, Demand
from simulation.working_calendar import as_date, day_number
from simulation.world import APPEALS_FROM, LAST_DAY, World, years_from

METRIC, CONFIRMED_METRIC = "appeals", "complaints_confirmed_pct"
KINDS = {
    "inquiry": 0.5,
    "application": 0.42,
    "complaint": 0.05,
    "proposal": 0.012,
    "response": 0.008,
    "message": 0.01,
}
COMPLAINT = "complaint"
# What a year without a figure is to the first year that has one; the part known as a count only, by year.
EARLIER_LEVEL = (0.6, 0.85)
BLIND_SHARES = (0.42, 0.36, 0.27, 0.2)
BLIND_COMPLAINTS = 0.3
CENTRAL_OFFICE_WEIGHT = 700.0
SEASON = (0.9, 0.9, 0.95, 1.05, 0.95, 1.05, 1.1, 1.15, 1.15, 1.1, 0.95, 0.75)
CENTRE_KNOWN = 0.7
ANSWER_DAYS = 15
LATE_SHARE = 0.07
SAMPLE_WITHOUT_FIGURE, CONFIRMED_WITHOUT_FIGURE = (4, 8), 0.2
CONFIRMED = ("confirmed", "partially_confirmed")

# Topic: how common, and what such an appeal says (Kazakh, Russian).
TOPICS: dict[str, tuple[float, str, str]] = {
    "queue": (
        0.27,
        "Электронды кезекте бос орын таба алмадым.",
        "Не могу записаться: в электронной очереди нет мест.",
    ),
    "system_outage": (
        0.15,
        "Жүйе істемей, емтихан басқа күнге ауысты.",
        "Из-за сбоя системы экзамен перенесли.",
    ),
    "weather": (0.06, "Аяз күні автодром жабық болды.", "В мороз автодром был закрыт."),
    "exam": (0.17, "Емтихан нәтижесін қайта қарауды сұраймын.", "Прошу пересмотреть результат экзамена."),
    "licence": (0.12, "Куәлік қашан дайын болады?", "Когда будет готово удостоверение?"),
    "vehicle_registration": (
        0.11,
        "Көлікті тіркеу тәртібін түсіндіріңіздер.",
        "Разъясните порядок регистрации автомобиля.",
    ),
    "staff_conduct": (0.05, "Қызметкер дөрекі сөйледі.", "Работник разговаривал грубо."),
    "bribery": (0.01, "Делдал ақша сұрады.", "Посредник предлагал решить вопрос за деньги."),
    "refusal": (0.04, "Құжаттарды негізсіз қабылдамады.", "Отказали в приёме документов без оснований."),
    "other": (0.02, "Жұмыс кестесін нақтылауды сұраймын.", "Уточните график работы."),
}


@dataclass(frozen=True)
class Appeals:
    """Both sources, contract columns; regions as codes, timestamps civil."""

    eotinish: pl.DataFrame
    smart_data_monthly: pl.DataFrame


def build_appeals(world: World) -> Appeals:
    """All appeals of the demo."""
    rng = world.rng("appeals")
    years = years_from(APPEALS_FROM)
    known = {year: figure.count for year, figure in world.targets.yearly(METRIC).items()}
    first = known[min(known)]
    totals = {y: known[y] if y in known else round(first * rng.uniform(*EARLIER_LEVEL)) for y in years}
    kinds = Allocation(rng, totals, KINDS, Demand.of(world.targets.of(METRIC, breakdown="kind")))
    weights = {**world.region_weights(), CENTRAL_OFFICE: CENTRAL_OFFICE_WEIGHT}
    chance = np.array(list(weights.values()))
    frames = []
    for index, year in enumerate(years):
        n = totals[year]
        frame = pl.DataFrame(
            {
                "registered_at": _moments(rng, year, n),
                "kind": kinds.rows(rng, year),
                "region": rng.choice(list(weights), n, p=chance / chance.sum()),
                "blind": rng.random(n) < BLIND_SHARES[index],
            }
        )
        fewer = pl.Series(rng.random(n) < BLIND_COMPLAINTS)
        frame = frame.with_columns(
            pl.when(pl.col("kind") == COMPLAINT).then(pl.col("blind") & fewer).otherwise("blind").alias("blind")
        )
        frames.append(_detail(rng, world, year, frame))
    appeals = pl.concat(frames)
    blind = (
        appeals.filter("blind")
        .group_by(pl.col("registered_at").dt.truncate("1mo").dt.date().alias("month"), "region", "kind")
        .agg(pl.len().cast(pl.Int64).alias("appeals"))
        .sort("month", "region", "kind")
    )
    eotinish = appeals.filter(~pl.col("blind")).drop("blind").sort("registered_at", "text", "applicant_iin")
    number = pl.int_range(1, pl.len() + 1).over(pl.col("registered_at").dt.year()).cast(pl.String).str.zfill(6)
    return Appeals(
        eotinish.select(pl.format("EO-{}-{}", pl.col("registered_at").dt.year(), number).alias("appeal_id"), pl.all()),
        blind,
    )


def _moments(rng: np.random.Generator, year: int, n: int) -> list[datetime]:
    """Times in a year: fewer at weekends, mostly by day."""
    days = np.arange(day_number(date(year, 1, 1)), day_number(date(year, 12, 31)) + 1)
    weight = np.array(
        [SEASON[as_date(int(d)).month - 1] * (0.35 if as_date(int(d)).weekday() > 4 else 1.0) for d in days]
    )
    chosen = rng.choice(days, n, p=weight / weight.sum())
    seconds = np.clip(rng.normal(13.5, 3.5, n), 0.1, 23.5) * 3_600
    return [
        datetime.combine(as_date(int(d)), datetime.min.time()) + timedelta(seconds=int(s))
        for d, s in zip(chosen, seconds, strict=True)
    ]


def _detail(rng: np.random.Generator, world: World, year: int, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that only «Е-Өтініш» has; `blind` rows keep them unused."""
    n = frame.height
    topics = rng.choice(list(TOPICS), n, p=[weight for weight, _, _ in TOPICS.values()])
    kazakh = rng.random(n) < 0.6
    registered = [moment.date() for moment in frame["registered_at"]]
    due = [day + timedelta(days=ANSWER_DAYS) for day in registered]
    late = rng.random(n) < LATE_SHARE
    took = np.where(late, ANSWER_DAYS + rng.integers(1, 25, n), rng.integers(1, ANSWER_DAYS + 1, n))
    closed = [day + timedelta(days=int(wait)) for day, wait in zip(registered, took, strict=True)]
    open_still = [day > LAST_DAY for day in closed]
    kinds = frame["kind"].to_list()
    outcomes = [_outcome(rng, kind) for kind in kinds]
    sampled = _sample(rng, world, year, kinds, frame["blind"].to_list(), open_still, outcomes)
    return frame.with_columns(
        pl.Series(
            "centre_code",
            world.centre_codes(rng, frame["region"].to_list(), CENTRE_KNOWN),
            dtype=pl.String,
        ),
        pl.Series("topic", topics),
        _applicants(rng, world, year, n).alias("applicant_iin"),
        pl.Series("due_on", due),
        pl.Series(
            "closed_on",
            [None if is_open else day for is_open, day in zip(open_still, closed, strict=True)],
            dtype=pl.Date,
        ),
        pl.Series(
            "outcome",
            [None if is_open else o for is_open, o in zip(open_still, outcomes, strict=True)],
            dtype=pl.String,
        ),
        pl.Series("in_sample_check", np.isin(np.arange(n), sampled)),
        pl.Series("text", [TOPICS[topic][1 if kk else 2] for topic, kk in zip(topics, kazakh, strict=True)]),
    )


def _outcome(rng: np.random.Generator, kind: str) -> str:
    if kind == COMPLAINT:
        return str(rng.choice(["not_confirmed", "explained", "redirected"], p=[0.6, 0.3, 0.1]))
    return str(rng.choice(["explained", "redirected", "returned"], p=[0.88, 0.08, 0.04]))


def _sample(
    rng: np.random.Generator,
    world: World,
    year: int,
    kinds: list[str],
    blind: list[bool],
    still_open: list[bool],
    outcomes: list[str],
) -> Ints:
    """The complaints of the selective check; `outcomes` gets as many confirmed ones among them as the memo prints."""
    pool = [i for i, kind in enumerate(kinds) if kind == COMPLAINT and not blind[i] and not still_open[i]]
    drawn = world.targets.yearly(CONFIRMED_METRIC, "denominator")
    confirmed = world.targets.yearly(CONFIRMED_METRIC, "numerator")
    size = drawn[year].count if year in drawn else min(len(pool), int(rng.integers(*SAMPLE_WITHOUT_FIGURE)))
    hits = confirmed[year].count if year in confirmed else round(size * CONFIRMED_WITHOUT_FIGURE)
    sampled = rng.choice(pool, size, replace=False)
    for i in sampled[:hits]:
        outcomes[i] = str(rng.choice(CONFIRMED))
    # Beyond the check some more are confirmed: the check is a sample.
    for i in pool:
        if i not in sampled and rng.random() < CONFIRMED_WITHOUT_FIGURE / 2:
            outcomes[i] = CONFIRMED[0]
    return np.sort(sampled)


def _applicants(rng: np.random.Generator, world: World, year: int, n: int) -> pl.Series:
    """Personal numbers, a tenth of them of people who write more than once; a few are missing."""
    own = world.numbers.issue(rng.uniform(18, 70, n), date(year, 1, 1))
    again = rng.random(n) < 0.1
    numbers = np.where(again, own[rng.integers(0, n, n)], own)
    return iin_text(numbers).set(pl.Series(rng.random(n) < 0.02), None)
