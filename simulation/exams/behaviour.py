"""How candidates, centres and examiners behave: every number that is not a figure of the memo."""

from dataclasses import dataclass

THEORY, PRACTICE = 0, 1
EXAM_NAMES = ("theory", "practical")


@dataclass(frozen=True)
class Behaviour:
    """Chances are shares; a spread s is a beta distribution's precision: mean p has the variance p(1-p)/(s+1)."""

    # Volumes: new candidates a year, by month (January first) and by weekday (Monday first).
    arrivals_a_year: int = 136_000
    yearly_growth: float = 0.03
    warm_up_days: int = 200
    season: tuple[float, ...] = (0.75, 0.85, 1.05, 1.1, 1.05, 1.15, 1.2, 1.15, 1.1, 1.05, 0.85, 0.7)
    weekdays: tuple[float, ...] = (1.05, 1.15, 1.1, 1.05, 0.9, 0.3, 0.0)

    # Who would have come on a day off comes within so many days after it.
    after_a_day_off: int = 6

    # Theory: tries in a row, chance to come back after a failure, days until then (at least, and more on average).
    theory_tries: int = 6
    theory_return: float = 0.9
    theory_gap: tuple[int, float] = (7, 11.0)

    # Practice: at most three tries for a theory pass; days after the theory pass, and between the tries.
    practice_tries: int = 3
    practice_gap: tuple[int, float] = (6, 15.0)
    practice_retake_gap: tuple[int, float] = (8, 13.0)
    # How keen a region's candidates are, from 0 to 1, sets the chance to come to practice, and to come again.
    practice_show: tuple[float, float] = (0.80, 0.995)
    practice_return: tuple[float, float] = (0.40, 0.995)
    usual_keenness: tuple[float, float] = (0.5, 0.8)
    # After the last failed try: back to theory, some weeks later.
    second_round: float = 0.45
    second_round_gap: tuple[int, float] = (35, 30.0)

    # Lawful differences of the pass rate.
    centre_spread: float = 110.0
    examiner_spread: float = 70.0
    school_spread: float = 45.0

    # Candidates beyond the limits of attempts.
    year_without_figure: tuple[float, float] = (0.85, 1.1)
    mixed_patterns: float = 0.75
    laxness_sigma: float = 0.7
    final_pass: float = 0.8

    # Candidates at several centres.
    migration_without_figure: tuple[float, float] = (0.55, 0.85)
    same_region: float = 0.65

    # Rows that never count, as shares of the attempts.
    no_shows: float = 0.035
    annulled: float = 0.006

    # Gaps in the logs.
    no_finish: float = 0.004
    no_record: float = 0.03
    no_school: float = 0.12
