"""Words and numbers in a language: labels of the marts, and numbers as the language writes them (CLDR, by babel)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from orchestration.memo.document import Figure, Mark, Name, Part, Text, fill, joined
from orchestration.memo.marts import Facts, NothingPublished

LANGUAGES = ("kk", "ru", "en")
# A percent below this has a second decimal: 0.39 is not 0.4.
SMALL_PERCENT = 1.0
# Units that the label of a metric or the number itself tells.
SELF_EVIDENT = ("count", "percent", "persons", "ratio", "hours")
# Sums and hours from here on are whole numbers.
LARGE = 100.0


@dataclass(frozen=True)
class Words:
    """All texts of one language."""

    facts: Facts
    language: str

    def text(self, key: str) -> str:
        """The label of a key, without `note.`. NothingPublished when the snapshot lacks it."""
        try:
            return str(self.of(self.facts.labels[key if key.startswith("status.") else f"note.{key}"], "label"))
        except KeyError as error:
            message = f"The snapshot lacks the label {key} (seeds/labels_of_note.csv): run `make refresh`, then again."
            raise NothingPublished(message) from error

    def say(self, key: str, **parts: str | Part | Text) -> Text:
        """The label with its places filled."""
        return fill(self.text(key), **parts)

    def of(self, row: Any, column: str) -> str:
        """A column of the row in this language: label_kk, label_ru or label_en."""
        return str(getattr(row, f"{column}_{self.language}"))

    def metric(self, key: str) -> Name:
        """A metric's name; its unit with it where a number alone would not tell."""
        metric = self.facts.metrics[key]
        label, unit = self.of(metric, "label"), self.of(metric, "unit")
        if metric.unit in SELF_EVIDENT or unit in label.casefold():
            return Name(label)
        return Name(f"{label}, {unit}")

    def marked_metric(self, key: str) -> Text:
        """A metric's name as a heading: with the mark of its reference."""
        return (self.metric(key), Mark(key))

    def mark(self, reference: str) -> Text:
        """The mark of a reference alone."""
        return (Mark(reference),)

    def region(self, code: str) -> Name:
        """A region's name."""
        return Name(self.of(self.facts.regions[code], "name"))

    def code(self, metric: str, breakdown: str, code: str) -> Name:
        """The name of a breakdown's code."""
        row = self.facts.codes.get((metric, breakdown, code))
        return Name(self.of(row, "label") if row else code)

    def sources(self, names: str) -> str:
        """The names of sources, as the metrics list them."""
        return ", ".join(self.text(f"source.{name}") for name in names.split())

    def year(self, year: int) -> Name:
        """A year, which no language writes with separators."""
        return Name(str(year))

    def day(self, day: date | None) -> str:
        """A date in the language's usual form, or that there is none."""
        return format_date(day, "dd.MM.yyyy" if self.language != "en" else "d MMM yyyy", self.language) if day else "–"

    def number(self, value: float, unit: str) -> str:
        """A number of a unit (those of metric_units, and points and factor) as the language writes it."""
        if unit in ("percent", "points"):
            decimals = "00" if 0 < abs(value) < SMALL_PERCENT else "0"
            if unit == "points":
                return f"{format_decimal(value, f'+#,##0.{decimals};−#,##0.{decimals}', self.language)}"
            pattern = Locale.parse(self.language).percent_formats[None].pattern.replace("#,##0", f"#,##0.{decimals}")
            return str(format_percent(value / 100, pattern, self.language))
        if unit == "factor":
            return "×" + str(format_decimal(value, "#,##0.00", self.language))
        whole = unit in ("count", "persons", "kzt") or abs(value) >= LARGE
        pattern = "#,##0" if whole else "#,##0.0"
        if unit == "probability":
            pattern = "0.00"
        return str(format_decimal(value, pattern, self.language))

    def figure(self, value: float | None, unit: str, reference: str, is_marked: bool = True) -> Text:
        """A number with its reference, or that there are no data."""
        if value is None:
            return (self.text("no_data"),)
        return (Figure(self.number(value, unit), reference, is_marked),)

    def count(self, value: int, reference: str, is_marked: bool = True) -> Text:
        """A number of things that are no metric's: the reference is that of a mart."""
        return self.figure(value, "count", reference, is_marked)

    def interval(self, lower: float | None, upper: float | None, unit: str, reference: str) -> Text:
        """The bounds of an interval in one text, or nothing."""
        if lower is None or upper is None:
            return ()
        bounds = f"{self._bound(lower, unit)}–{self._bound(upper, unit)}"
        if unit == "points":
            bounds = f"{self._bound(lower, unit)} … {self._bound(upper, unit)}"
        return (Figure(bounds, reference, is_marked=False),)

    def _bound(self, value: float, unit: str) -> str:
        # the bounds of a count are no whole numbers, but nobody reads them more exactly
        return self.number(value, unit).removeprefix("×").replace("\xa0%", "").removesuffix("%")

    def moved(self, moved: str) -> str:
        """The verdict on a change, in a word or two."""
        return self.text(f"moved.{moved.replace(' ', '_')}")

    def listed(self, texts: Sequence[Text], separator: str = "; ") -> Text:
        """Things one after another."""
        return joined(texts, separator)
