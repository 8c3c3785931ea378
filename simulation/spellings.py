"""How people write a region: any of the accepted spellings, in upper or lower case, with or without dots."""

import numpy as np
import polars as pl

from simulation.reference import CENTRAL_OFFICE, load_spellings

# Abbreviations that people write with a dot.
ABBREVIATIONS = ("обл", "қ", "г")


def spell_regions(rng: np.random.Generator, regions: pl.Series, encoding: str) -> pl.Series:
    """Region codes as people write them, in letters that `encoding` has; central office and null stay empty."""
    spellings = {code: _writable(variants, encoding) for code, variants in load_spellings().items()}
    picks = rng.integers(0, 1_000_000, len(regions))
    return pl.Series(
        regions.name,
        [
            None if code in (None, CENTRAL_OFFICE) else spellings[code][pick % len(spellings[code])]
            for code, pick in zip(regions, picks, strict=True)
        ],
        dtype=pl.String,
    )


def _writable(variants: list[str], encoding: str) -> list[str]:
    dressed = [_dressed(v) for v in variants] + [v.upper() for v in variants if not v.isdigit()]
    return [v for v in dressed if _encodes(v, encoding)]


def _dressed(spelling: str) -> str:
    words = [f"{word}." if word in ABBREVIATIONS else word for word in spelling.split(" ")]
    return " ".join(word if word in ("г.", "қ.", "обл.") else word[:1].upper() + word[1:] for word in words)


def _encodes(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
