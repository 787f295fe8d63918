"""The finalizer's first half: from levers, votes, numbers and guardrails to drafted objectives and key results.

`draft(material)` is deterministic: the same material gives the same draft. It never invents a number; whatever is
missing comes back as a note that says so. Editing words later never changes the structure (domain d).
"""

from facilitation.drafting.draft import Draft, draft
from facilitation.drafting.evidence import weeks_needed
from facilitation.drafting.material import Material, Note, Period, Rank, ranks
from facilitation.drafting.outlook import MODE_TEXT
from facilitation.drafting.sentences import (
    baseline_sentence,
    guardrail_limit,
    guardrail_sentence,
    key_result_sentence,
    objective_sentence,
)
from facilitation.drafting.trail import TrailStep, key_result_trail
from facilitation.okr import Traffic

__all__ = [
    "MODE_TEXT",
    "Draft",
    "Material",
    "Note",
    "Period",
    "Rank",
    "Traffic",
    "TrailStep",
    "baseline_sentence",
    "draft",
    "guardrail_limit",
    "guardrail_sentence",
    "key_result_sentence",
    "key_result_trail",
    "objective_sentence",
    "ranks",
    "weeks_needed",
]
