"""Which levers become objectives, and which KPIs become their key results (domain d.1, d.3, M-OBJ-3, M-KR-2).

The ranking decides: a lever the group voted for is never passed over because its card is untidy; what its card lacks is
said in a note instead. KPIs outside the team's control are never candidates.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from facilitation.drafting.material import Material
from facilitation.kpi_tree import Kpi, Kpis, ancestors, children, is_lever, root, subtree, walk
from facilitation.okr import KeyResultRole

MAX_OBJECTIVES = 3
MAX_KEY_RESULTS = 4
USUAL_KEY_RESULTS = 3

_OFTEN = ("daily", "weekly", "biweekly")


def branch_of(kpis: Kpis, kpi_id: str) -> str:
    """The branch a KPI belongs to: the node on its path right below the first fork under the north star.

    KPIs that hang on the fork alone, with nothing below them, share one branch, that of the fork itself: three lone
    levers under one number make one objective with three key results, not three objectives with one each.
    """
    fork = _fork(kpis)
    path = [kpi_id, *ancestors(kpis, kpi_id)]
    if fork not in path[1:]:
        return kpi_id
    top = path[path.index(fork) - 1]
    return top if children(kpis, top) else fork


def branch_members(kpis: Kpis, branch: str) -> list[str]:
    """The ids of a branch: everything below its top, or for a fork the KPIs that hang on it alone."""
    if branch != _fork(kpis):
        return subtree(kpis, branch)
    return [kpi.id for kpi in children(kpis, branch) if not children(kpis, kpi.id)]


def _fork(kpis: Kpis) -> str:
    """The first node from the north star down that has not exactly one child."""
    top = root(kpis)
    fork = top.id if top else ""
    seen = {fork}
    while len(only := children(kpis, fork)) == 1 and only[0].id not in seen and children(kpis, only[0].id):
        fork = only[0].id
        seen.add(fork)
    return fork


def chosen_levers(material: Material) -> list[Kpi]:
    """The best-ranked lever of each branch, at most three, best first."""
    chosen: dict[str, Kpi] = {}
    for kpi in ranked_levers(material):
        chosen.setdefault(branch_of(material.kpis, kpi.id), kpi)
    return list(chosen.values())[:MAX_OBJECTIVES]


def ranked_levers(material: Material) -> list[Kpi]:
    """Levers best first: by the ranking; without one, in board order. Those nobody voted for and the tree cannot
    size come into play only when nothing else is there.
    """
    if not material.ranking:
        return [kpi for kpi, _ in walk(material.kpis) if is_lever(kpi)]
    rows = [row for row in material.ranking if row.kpi in material.kpis and is_lever(material.kpis[row.kpi])]
    telling = [row for row in rows if row.votes > 0 or row.effect is not None]
    return [material.kpis[row.kpi] for row in telling or rows]


def key_result_kpis(
    lever: Kpi, material: Material, taken: Collection[str]
) -> list[tuple[Kpi, KeyResultRole]]:
    """The KPIs of one objective's key results with their part: the lever, a leading KPI that moves first, the parent
    as proof, and a second lever of the branch where there is room. The north star is proof only where the group gave it
    a target or nothing else is there. KPIs in `taken` belong to other objectives.
    """
    kpis = material.kpis
    found: list[tuple[Kpi, KeyResultRole]] = [(lever, "lever")]
    used = {lever.id, *taken}
    first = _leading(lever, kpis, used)
    if first is not None:
        found.append((first, "leading"))
        used.add(first.id)
    parent = kpis.get(lever.parent or "")
    wanted = parent is not None and (parent.parent is not None or parent.id in material.targets)
    if parent is not None and wanted and parent.id not in used:
        found.append((parent, "proof"))
        used.add(parent.id)
    branch = set(branch_members(kpis, branch_of(kpis, lever.id)))
    for second in ranked_levers(material):
        room = USUAL_KEY_RESULTS + (_nearly_as_wanted(second, lever, material))
        if second.id in branch and second.id not in used and len(found) < room:
            found.append((second, "extra"))
            used.add(second.id)
    if len(found) < 2 and parent is not None and parent.id not in used:
        found.append((parent, "proof"))
    return found


def _nearly_as_wanted(second: Kpi, lever: Kpi, material: Material) -> bool:
    """Whether a second lever got at least half the votes of the first: then it joins as a fourth key result."""
    votes = {row.kpi: row.votes for row in material.ranking}
    return votes.get(lever.id, 0) > 0 and 2 * votes.get(second.id, 0) >= votes[lever.id]


def has_leading(found: Sequence[tuple[Kpi, KeyResultRole]]) -> bool:
    """Whether one of the key results can be seen moving early (K-LAGGING)."""
    return any(part == "leading" or kpi.indicator == "leading" for kpi, part in found)


def signal_for(kpi: Kpi, kpis: Kpis, aimed: Collection[str] = ()) -> Kpi | None:
    """The KPI below `kpi` that shows first whether it will move: leading and read often before anything else, and among
    those one that the sheet gives a target (`aimed`), for that one is worked on.
    """
    below = [kpis[i] for i in subtree(kpis, kpi.id)[1:] if i in kpis and kpis[i].control != "outside"]

    def order(other: Kpi) -> tuple[bool, bool, bool, bool]:
        late, rare, unknown = _earliness(other)
        return late, rare, other.id not in aimed, unknown

    return min(below, key=order, default=None)


def read_often(kpi: Kpi) -> bool:
    """Whether somebody reads it at least every two weeks (M-KR-3)."""
    return kpi.cadence in _OFTEN


def _leading(lever: Kpi, kpis: Kpis, used: Collection[str]) -> Kpi | None:
    """A leading KPI below the lever; else, where the lever itself is not leading, one elsewhere in its branch."""
    below = [kpis[i] for i in subtree(kpis, lever.id) if i not in used and kpis[i].indicator == "leading"]
    if not below and lever.indicator != "leading":
        branch = branch_members(kpis, branch_of(kpis, lever.id))
        below = [kpis[i] for i in branch if i not in used and kpis[i].indicator == "leading"]
    return min((k for k in below if k.control != "outside"), key=_earliness, default=None)


def _earliness(kpi: Kpi) -> tuple[bool, bool, bool]:
    return kpi.indicator != "leading", not read_often(kpi), kpi.baseline is None
