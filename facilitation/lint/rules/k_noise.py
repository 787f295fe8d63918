"""K-NOISE: a target that luck alone could reach."""

from __future__ import annotations

from collections.abc import Iterator

from facilitation.lint.document import Document, Line
from facilitation.lint.rule import Remark, rule
from facilitation.lint.suggest import shown, unit_of

SURE = 1.64  # the 95th percentile of the normal distribution, as in the catalogue
READINGS = 4


@rule("K-NOISE", "warning", "key_result")
def check(line: Line, document: Document) -> Iterator[Remark]:
    """Anti-pattern: 36 → 38 with readings that vary by 5: the mean of four readings of an unchanged KPI passes it
    with a chance above 5 %, that is |target − µ| < 1.64·σ/√4. Better: a target beyond the noise (42). Source: S1, A;
    domain c.
    """
    known = line.known
    if known.kpi is None or known.target is None or known.kpi.mean is None or not known.kpi.sigma:
        return
    if known.declared in ("range", "baseline") or known.kpi.direction == "range":
        return
    reach = SURE * known.kpi.sigma / READINGS**0.5
    if abs(known.target - known.kpi.mean) < reach:
        unit = unit_of(known)
        sign = (
            -1
            if known.kpi.direction == "down"
            or (known.kpi.direction is None and known.target < known.kpi.mean)
            else 1
        )
        beyond = known.kpi.mean + sign * reach
        yield Remark(
            message=(
                f"“{known.kpi.name}” varies by about {shown(known.kpi.sigma, unit)} anyway; "
                f"{shown(known.target, unit)} could be reached "
                "without anything having changed."
            ),
            suggestion=(
                f"Choose a target beyond {shown(round(beyond, 2), unit)}, or agree to judge by more than four "
                "readings."
            ),
            field="target",
        )
