"""Fees due for registrations, and what the State Revenue Committee received for them.

Most receipts cover their fee. Some registrations name none, one that the treasury does not know, one that an earlier
registration has used, or one of less than is due; in one planted place all that happens on a grand scale.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from simulation.arrays import Bools, Floats, Ints
from simulation.columns import MISSING, days, named
from simulation.services.behaviour import ServiceBehaviour, ServiceSchemes
from simulation.services.registrations import Registrations
from simulation.working_calendar import EPOCH, day_number
from simulation.world import LAST_DAY, OTHERS_FROM, World

# The monthly calculation index in tenge, and fees in units of it: every entry, and the duty of a vehicle that is
# registered for the first time, by its age in years up to and including the bound.
INDEX_KZT = {2024: 3_692, 2025: 3_932}
ENTRY_FEE = 4.05
FIRST_TIME_DUTY = ((1, 0.25), (2, 50.0), (99, 500.0))
RECEIPT_PREFIX, FORGED_PREFIX = "GD", "GX"
MATCHED, NO_RECEIPT, UNKNOWN, REUSED, UNDERPAID = range(5)
REASONS = ("matched", "missing", "unknown", "reused", "underpaid")
EVASION_REASONS = {UNKNOWN: 0.5, UNDERPAID: 0.3, REUSED: 0.2}
DAMAGE_METRIC = "criminal_damage_kzt"
EVADING_EMPLOYEES = 2
UNDERPAID_SHARE, OVERPAID_SHARE = (0.05, 0.8), (1.01, 1.5)
PAID_BEFORE_DAYS = 9
REUSE_REACH = 3_000


@dataclass(frozen=True)
class Fees:
    """Receipt and fee of each registration, the treasury's receipts (contract columns), and what was planted."""

    registrations: pl.DataFrame
    receipts: pl.DataFrame
    truth: dict[str, object]


def build_fees(world: World, registered: Registrations, behaviour: ServiceBehaviour, schemes: ServiceSchemes) -> Fees:
    """The register with its fees, and the receipts."""
    rng = world.rng("fees")
    frame = registered.frame
    n = frame.height
    payable = rng.random(n) >= behaviour.exempt
    reason = rng.choice(len(REASONS), n, p=_chances(behaviour))
    primary, age = registered.primary.copy(), registered.age.copy()
    evasion, evaders = _evasions(rng, world, registered, schemes)
    payable[evasion], primary[evasion] = True, True
    # Vehicles of the dearest class are worth the trouble.
    age[evasion] = np.maximum(age[evasion], FIRST_TIME_DUTY[-2][0] + 1)
    reason[evasion] = rng.choice(list(EVASION_REASONS), len(evasion), p=list(EVASION_REASONS.values()))
    due = np.where(payable, _due(frame["registered_at"].dt.year().to_numpy(), primary, age), 0.0)

    first_user = _first_users(rng, payable & (reason == MATCHED), payable & (reason == REUSED))
    reason[(reason == REUSED) & (first_user == MISSING)] = NO_RECEIPT
    own = np.flatnonzero(payable & np.isin(reason, (MATCHED, UNDERPAID)))
    registered_on = (frame["registered_at"].dt.date() - EPOCH).dt.total_days().to_numpy()
    paid = np.maximum(registered_on - rng.integers(0, PAID_BEFORE_DAYS, n), day_number(OTHERS_FROM))
    amount = _amounts(rng, behaviour, due, reason)
    receipts, rows = _receipts(rng, paid[own], amount[own], behaviour.other_receipts)
    receipt = np.full(n, MISSING)
    receipt[own] = rows
    receipt = np.where(payable & (reason == REUSED), receipt[first_user], receipt)
    forged = payable & (reason == UNKNOWN)
    receipt[forged] = receipts.height + np.arange(int(forged.sum()))
    numbers = [*receipts["receipt_number"], *(f"{FORGED_PREFIX}{k:08d}" for k in rng.permutation(int(forged.sum())))]
    counts = {REASONS[code]: int((payable & (reason == code)).sum()) for code in range(1, len(REASONS))}
    return Fees(
        frame.with_columns(named(numbers, receipt).alias("fee_receipt"), pl.Series("fee_due_kzt", due)),
        receipts,
        {"fees_not_covered": counts, "fee_evasion": {"employees": evaders, "registrations": len(evasion)}},
    )


def _chances(behaviour: ServiceBehaviour) -> list[float]:
    """The chance of each reason; what is left is matched."""
    failing = [behaviour.no_receipt, behaviour.unknown_receipt, behaviour.reused_receipt, behaviour.underpaid]
    return [1 - sum(failing), *failing]


def _evasions(
    rng: np.random.Generator, world: World, registered: Registrations, schemes: ServiceSchemes
) -> tuple[Ints, list[str]]:
    """Rows of the busiest employees where the memo prints the greatest damage, in its first year; and who they are."""
    worst = max(world.targets.of(DAMAGE_METRIC, region=None), key=lambda figure: figure.value)
    region = [r.code for r in world.regions].index(worst.region)
    here = pl.Series(registered.region == region) & (registered.frame["registered_at"].dt.year() == worst.start.year)
    counts = registered.frame.filter(here)["employee_id"].drop_nulls().value_counts()
    busiest = counts.sort(["count", "employee_id"], descending=[True, False])["employee_id"].head(EVADING_EMPLOYEES)
    evaders = busiest.sort().to_list()
    pool = np.flatnonzero((here & registered.frame["employee_id"].is_in(evaders).fill_null(False)).to_numpy())
    return np.sort(rng.choice(pool, min(schemes.fee_evasions, len(pool)), replace=False)), evaders


def _due(year: Ints, primary: Bools, age: Ints) -> Floats:
    """Fees in tenge by the year of registration; the first-time duty hangs on the declared age."""
    bounds = np.array([bound for bound, _ in FIRST_TIME_DUTY])
    duty = np.array([units for _, units in FIRST_TIME_DUTY])[np.searchsorted(bounds, age)]
    index = np.array([INDEX_KZT[int(y)] for y in range(min(INDEX_KZT), max(INDEX_KZT) + 1)])[year - min(INDEX_KZT)]
    due: Floats = np.round(index * (ENTRY_FEE + np.where(primary, duty, 0.0)))
    return due


def _first_users(rng: np.random.Generator, lenders: Bools, borrowers: Bools) -> Ints:
    """For each borrowing row an earlier row whose receipt it uses again; `MISSING` where there is none."""
    first_user = np.full(len(lenders), MISSING)
    sources, rows = np.flatnonzero(lenders), np.flatnonzero(borrowers)
    before = np.searchsorted(sources, rows)
    rows, before = rows[before > 0], before[before > 0]
    reach = np.minimum(before, REUSE_REACH)
    first_user[rows] = sources[before - 1 - rng.integers(0, reach)]
    return first_user


def _amounts(rng: np.random.Generator, behaviour: ServiceBehaviour, due: Floats, reason: Ints) -> Floats:
    n = len(due)
    part = np.where(reason == UNDERPAID, rng.uniform(*UNDERPAID_SHARE, n), 1.0)
    over = (reason == MATCHED) & (rng.random(n) < behaviour.overpaid)
    amounts: Floats = np.round(due * np.where(over, rng.uniform(*OVERPAID_SHARE, n), part))
    return amounts


def _receipts(rng: np.random.Generator, paid: Ints, amount: Floats, others: float) -> tuple[pl.DataFrame, Ints]:
    """The treasury's receipts in order of payment, some of other payers among them; and the row of each given one."""
    extra = round(len(paid) * others)
    more_paid = rng.integers(day_number(OTHERS_FROM), day_number(LAST_DAY) + 1, extra)
    all_paid = np.concatenate([paid, more_paid])
    all_amounts = np.concatenate([amount, np.round(rng.lognormal(9.0, 0.8, extra))])
    order = np.argsort(all_paid, kind="stable")
    row = np.empty(len(order), dtype=np.int64)
    row[order] = np.arange(len(order))
    serial = pl.Series("serial", np.arange(1, len(order) + 1)).cast(pl.String).str.zfill(8)
    frame = pl.DataFrame(
        {
            "receipt_number": pl.select(pl.format(f"{RECEIPT_PREFIX}{{}}", serial)).to_series(),
            "paid_on": days(all_paid[order]),
            "amount_kzt": all_amounts[order],
        }
    )
    return frame, row[: len(paid)]
