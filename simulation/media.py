"""Media mentions: invented headlines and texts in the words that outlets use, with the themes that were meant.

The phrases stand in `media_phrases.csv`; they were written without looking at any lexicon, and are not to be fitted
to one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from simulation.arrays import Ints
from simulation.reference import Region
from simulation.working_calendar import EPOCH, day_number
from simulation.world import LAST_DAY, OTHERS_FROM, World

PHRASES = Path(__file__).with_name("media_phrases.csv")
MENTIONS = 1_500
# How common each kind of text is, by the themes it is meant to have.
THEME_WEIGHTS = {"irrelevant": 0.2, "other": 0.34}
CORRUPTION_WEIGHT = 0.46
MEDIA = {"news": 0.45, "social": 0.28, "tv": 0.08, "messenger": 0.12, "video": 0.07}
OUTLETS = (
    "Dala Habar",
    "Жол хабар",
    "Степной вестник",
    "Город и люди",
    "Qala Today",
    "Автопортал КЗ",
    "Ашық алаң",
    "Орда-пресс",
)
NO_BODY, NO_REGION, NO_SENTIMENT = 0.25, 0.75, 0.7
SENTIMENT_OF_CORRUPTION = {"negative": 0.9, "neutral": 0.1}
SENTIMENT_OF_OTHERS = {"neutral": 0.6, "positive": 0.25, "negative": 0.15}
# Headlines lead with a place or do without; social networks shout.
OPENINGS_RU = ("", "", "", "Стало известно: ", "СРОЧНО. ", "Видео: ")
OPENINGS_KK = ("", "", "", "Белгілі болды: ", "Шұғыл. ", "Бейнежазба: ")


@dataclass(frozen=True)
class Mentions:
    """The monitor's export (contract columns), and the themes and region meant by each mention."""

    frame: pl.DataFrame
    truth: pl.DataFrame


def build_media(world: World) -> Mentions:
    """`MENTIONS` mentions made of the phrases."""
    rng = world.rng("media")
    rows = pl.read_csv(PHRASES).rows(named=True)
    kind = [THEME_WEIGHTS.get(row["themes"], 0.0) for row in rows]
    alike = {theme: sum(row["themes"] == theme for row in rows) for theme in THEME_WEIGHTS}
    corruption = sum(weight == 0.0 for weight in kind)
    weights = np.array(
        [w / alike[row["themes"]] if w else CORRUPTION_WEIGHT / corruption for w, row in zip(kind, rows, strict=True)]
    )
    chosen = rng.choice(len(rows), MENTIONS, p=weights / weights.sum())
    population = np.array([r.population_thousands for r in world.regions], dtype=np.float64)
    where = rng.choice(len(world.regions), MENTIONS, p=population / population.sum())
    published = _moments(rng)
    made = [_mention(rng, rows[i], world.regions[r]) for i, r in zip(chosen, where, strict=True)]
    frame = pl.DataFrame(made).with_columns(published).sort("published_at", "title", "body")
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(6)
    frame = frame.with_columns(
        pl.format("M{}", number).alias("mention_id"),
        pl.format("https://media.example/{}", number).alias("url"),
    )
    columns = (
        "mention_id",
        "published_at",
        "medium",
        "outlet",
        "language",
        "url",
        "title",
        "body",
        "sentiment",
        "region",
    )
    return Mentions(frame.select(columns), frame.select("mention_id", "themes", "place"))


def _moments(rng: np.random.Generator) -> pl.Series:
    days: Ints = rng.integers(day_number(OTHERS_FROM), day_number(LAST_DAY) + 1, MENTIONS)
    seconds = (np.clip(rng.normal(14.0, 4.0, MENTIONS), 0.1, 23.4) * 3_600).astype(np.int64)
    epoch = datetime(EPOCH.year, EPOCH.month, EPOCH.day)
    values = [epoch + timedelta(days=int(d), seconds=int(s)) for d, s in zip(days, seconds, strict=True)]
    return pl.Series("published_at", values)


def _mention(rng: np.random.Generator, phrase: dict[str, str | None], region: Region) -> dict[str, str | None]:
    kazakh = phrase["language"] == "kk"
    place = region.place_kk if kazakh else region.place_ru
    title, body = str(phrase["title"]), phrase["body"]
    texts = title + (body or "")
    title = _filled(title, place)
    has_body = bool(body) and ("{place}" in str(body) or rng.random() >= NO_BODY)
    opening = str(rng.choice(OPENINGS_KK if kazakh else OPENINGS_RU))
    corrupt = phrase["themes"] not in THEME_WEIGHTS
    marks = SENTIMENT_OF_CORRUPTION if corrupt else SENTIMENT_OF_OTHERS
    sentiment = str(rng.choice(list(marks), p=list(marks.values())))
    return {
        "medium": str(rng.choice(list(MEDIA), p=list(MEDIA.values()))),
        "outlet": str(rng.choice(OUTLETS)),
        "language": phrase["language"],
        "title": opening + title,
        "body": _filled(str(body), place) if has_body else None,
        "sentiment": None if rng.random() < NO_SENTIMENT else sentiment,
        "region": None if rng.random() < NO_REGION else region.code,
        "themes": phrase["themes"],
        "place": region.code if "{place}" in texts else None,
    }


def _filled(text: str, place: str) -> str:
    filled = text.replace("{place}", place)
    return filled[0].upper() + filled[1:]
