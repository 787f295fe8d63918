"""What the group of the big test says and counts: the PLG SaaS example, with a third driver and the words people type.

From the source come trial → activation 36 %, week-1 checklist 38 %, day-30 retention 41 %, core actions 2.1, the targets
36 → 44, 38 → 55 and 41 → 48, and the guardrails' limits. The source gives no spread, so every σ, every pasted reading and
every other value in INVENTED is ours and only there to be carried through.
"""

from __future__ import annotations

from dataclasses import dataclass

SETUP = {
    "Title": "Growth team",
    "Its name": "Growth team",
    "Period": "Q3 2027",
    "First day": "2027-07-01",
    "Last day": "2027-09-30",
    "Strategy": "For small teams that try us without talking to anyone: win by getting them to value in their first week.",
}
TOP = "Weekly activated teams"
REASON = "It grows only when teams get value again and again"
RIVAL = ("Sign-ups per week", "Easy to count, but says little about value")
CARDS = {
    "Ana Ruiz": (
        "Small teams try us alone and leave before they see the point",
        "Teams that invite a colleague stay",
    ),
    "Li Wen": ("Too many steps before the first useful thing",),
    "Sam Osei": ("We win when the first report is shared in week one",),
}
PARKED = "Pricing page test"


@dataclass(frozen=True)
class Kpi:
    """A KPI of the story: where it hangs, what kind it is, and its number as somebody types it."""

    name: str
    under: str
    kind: str
    unit: str
    baseline: str = ""
    spread: str = ""
    owner: str = ""
    source: str = ""


NEW, KEPT, BACK = "Newly activated teams", "Teams kept", "Teams won back"
TRIALS, ACTIVATION = "New trial teams", "Trial → activation"
CONTENT, REFERRALS = "Sign-ups from content", "Referrals per team"
CHECKLIST, INVITES = "Week-1 checklist", "Teammates invited in 3 days"
OLDER, RETENTION, CORE = "Teams past their first month", "Day-30 retention", "Weekly core actions per team"

TREE = (
    Kpi(NEW, TOP, "lagging", "teams/week", owner="Ana Ruiz", source="product analytics"),
    Kpi(KEPT, TOP, "lagging", "teams/week", owner="Sam Osei", source="product analytics"),
    Kpi(BACK, TOP, "lagging", "teams/week", "25", "6"),
    Kpi(TRIALS, NEW, "intermediate", "teams/week", "410", "35", source="sign-up service"),
    Kpi(ACTIVATION, NEW, "intermediate", "%", "36", "5", "Ana Ruiz", "product analytics"),
    Kpi(OLDER, KEPT, "lagging", "teams/week", "2600", "60", source="accounts table"),
    Kpi(RETENTION, KEPT, "intermediate", "%", "41", "3", "Sam Osei", "cohort table"),
    Kpi(CONTENT, TRIALS, "leading", "sign-ups/week"),
    Kpi(CHECKLIST, ACTIVATION, "leading", "%", "38", "4", "Li Wen", "product analytics"),
    Kpi(INVITES, ACTIVATION, "leading", "invites per team", "1.4", "0.2"),
    Kpi(CORE, RETENTION, "leading", "actions/week per team", "2.1", "0.2"),
)
INVENTED = (BACK, TRIALS, OLDER, CONTENT, INVITES)
LEAVES = (BACK, OLDER, CONTENT, CHECKLIST, INVITES, CORE)
READINGS = "212\n248\n231\n226\n239\n224\n235\n229"  # mean 230.5, σ of the sample 10.6

VOTES = {
    "Ana Ruiz": {ACTIVATION: 2, CHECKLIST: 2, RETENTION: 1},
    "Li Wen": {CHECKLIST: 2, RETENTION: 2, ACTIVATION: 1},
    "Sam Osei": {RETENTION: 3, CORE: 1, ACTIVATION: 1},
}
LAST_DOT = ACTIVATION  # Sam taps it twice in a dead network
NOTICE = {
    ACTIVATION: "New teams get to their first win in week one",
    RETENTION: "Small teams come back in their second month",
}


@dataclass(frozen=True)
class Guardrail:
    """A guardrail: the side it must stay on, its limit, where it stands, who watches it."""

    name: str
    side: str
    limit: str
    unit: str
    now: str
    watcher: str


GUARDRAILS = (
    Guardrail("INP, 95th percentile", "<=", "200", "ms", "190", "Kai Berg"),
    Guardrail("Support tickets per 100 workspaces", "<=", "9.9", "tickets", "9.0", "Uma Rao"),
)
TARGETS = {ACTIVATION: ("36", "44"), CHECKLIST: ("38", "55"), RETENTION: ("41", "48")}
OWNERS = ("Ana Ruiz", "Li Wen", "Sam Osei")
STEP = "Put the weekly check-in into the calendar"
OBJECTIVE = "Get new teams to their first win in week one"
ASIDE = "The analytics team names its source on Monday"
EVIDENCE = (
    "More teams open the checklist on day one",
    "Half of the new teams see demo data on first opening",
    "Keep it when the share is 5 points higher after four weeks",
)
