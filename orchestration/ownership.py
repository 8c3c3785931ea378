"""Who owns an asset: the one place where layers and marts are given to the teams that answer for them."""

DATA_ENGINEERS = "team:data-engineers"
BI_ANALYSTS = "team:bi-analysts"
QUALITY_STEWARDS = "team:quality-stewards"
INTERNAL_SECURITY = "team:internal-security"

# The marts by area, the folder below models/marts; every other layer is the data engineers'.
_MART_OWNERS = {"risk": INTERNAL_SECURITY, "quality": QUALITY_STEWARDS}


def owners_of(layer: str, area: str | None = None) -> list[str]:
    """The owners of an asset of `layer`; `area` is the folder of a mart. What the sources deliver is the stewards'."""
    if layer == "landing":
        return [QUALITY_STEWARDS]
    if layer in ("marts", "published"):
        return [_MART_OWNERS.get(area or "", BI_ANALYSTS)]
    return [DATA_ENGINEERS]
