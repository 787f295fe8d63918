"""Outcomes to try exports on: a full workshop by hand, and variants that strain every format.

The figures of the full one are those of method section 10 (PLG SaaS, Q3). The source gives neither spreads nor
owners nor the upper part of the tree: those are invented here, and the dictionary's caveats say so.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from facilitation.kpi_tree import Influence, Kpi
from facilitation.okr import EvidencePlan, Guardrail, Initiative, KeyResult, Objective, Override
from facilitation.outcome import (
    AddUp,
    Box,
    CalendarItem,
    Contribution,
    Drawing,
    Fact,
    FindingNote,
    GuardrailSheet,
    KeyResultSheet,
    KpiSheet,
    LeverSheet,
    Line,
    ObjectiveSheet,
    Outcome,
    PhaseLog,
)
from facilitation.tree_layout import Box as Placed
from facilitation.tree_layout import Density, layout

INVENTED = "Value invented for the example."

KPIS: tuple[KpiSheet, ...] = (
    KpiSheet(
        kpi=Kpi(
            id="k1",
            name="Weekly activated teams",
            indicator="lagging",
            formula="k2 * k3 + k4 * k5",
            unit="teams/week",
            direction="up",
            baseline=1240,
            sigma=60,
            definition="Teams with at least three core actions by two people in the last seven days.",
            source="Warehouse, table team_weeks",
            query="https://metrics.example/q/activated-teams",
            cadence="weekly",
            reviewed="monthly",
            caveats=INVENTED,
        ),
        role="north_star",
        formula_text="New trial teams × Trial → activation + Teams active last week × Week-on-week retention",
        value_text="1,242 teams/week",
        stated_text="1,240 teams/week",
        sigma_text="± 60",
        check="Stated and computed agree within 1 %.",
        owner_name="Noor Haddad",
    ),
    KpiSheet(
        kpi=Kpi(
            id="k2",
            name="New trial teams",
            parent="k1",
            indicator="intermediate",
            unit="teams/week",
            direction="up",
            baseline=410,
            sigma=35,
            influences=(Influence(child="k6", elasticity=0.4), Influence(child="k7", elasticity=0.2)),
            definition="Teams that created a workspace this week.",
            source="Product events, workspace_created",
            cadence="weekly",
            control="shared",
            family="acquisition",
            caveats=INVENTED,
        ),
        role="driver",
        value_text="410 teams/week",
        sigma_text="± 35",
        owner_name="Ben Cho",
    ),
    KpiSheet(
        kpi=Kpi(
            id="k3",
            name="Trial → activation",
            parent="k1",
            order=1,
            indicator="intermediate",
            unit="%",
            direction="up",
            lower=0,
            upper=100,
            baseline=36,
            sigma=5,
            influences=(
                Influence(child="k8", elasticity=0.5, evidence="correlated"),
                Influence(child="k9", elasticity=0.3),
                Influence(child="k10", elasticity=-0.05),
            ),
            definition="Share of new workspaces with three core actions by two people within 14 days.",
            source="Warehouse, table workspace_cohorts",
            query="https://metrics.example/q/activation",
            cadence="weekly",
            control="ours",
            family="activation",
            segment="new workspaces",
            plain_outcome="new workspaces reach their first win in week one",
            caveats="Spread invented for the example.",
        ),
        role="driver",
        value_text="36 %",
        sigma_text="± 5 points",
        owner_name="Ana Ruiz",
    ),
    KpiSheet(
        kpi=Kpi(
            id="k4",
            name="Teams active last week",
            parent="k1",
            order=2,
            indicator="lagging",
            unit="teams/week",
            direction="up",
            baseline=1190,
            sigma=40,
            control="outside",
            cadence="weekly",
            caveats=INVENTED,
        ),
        role="input",
        value_text="1,190 teams/week",
        sigma_text="± 40",
        owner_name="Noor Haddad",
    ),
    KpiSheet(
        kpi=Kpi(
            id="k5",
            name="Week-on-week retention",
            parent="k1",
            order=3,
            indicator="lagging",
            unit="%",
            direction="up",
            lower=0,
            upper=100,
            baseline=92,
            sigma=1.5,
            influences=(Influence(child="k11", elasticity=0.1), Influence(child="k12", elasticity=0.15)),
            control="shared",
            cadence="weekly",
            caveats=INVENTED,
        ),
        role="driver",
        value_text="92 %",
        sigma_text="± 1.5 points",
        owner_name="Sam Osei",
    ),
    KpiSheet(
        kpi=Kpi(
            id="k6",
            name="Sign-ups from content",
            parent="k2",
            indicator="leading",
            unit="teams/week",
            direction="up",
            baseline=400,
            sigma=45,
            control="ours",
            family="acquisition",
            cadence="weekly",
            caveats=INVENTED,
        ),
        value_text="400 teams/week",
        sigma_text="± 45",
        owner_name="Ben Cho",
    ),
    KpiSheet(
        kpi=Kpi(
            id="k7",
            name="Referrals per team",
            parent="k2",
            order=1,
            indicator="leading",
            unit="",
            direction="up",
            baseline=0.3,
            sigma=0.05,
            control="ours",
            family="acquisition",
            cadence="monthly",
            caveats=INVENTED,
        ),
        value_text="0.3",
        sigma_text="± 0.05",
        owner_name="Ben Cho",
    ),
    KpiSheet(
        kpi=Kpi(
            id="k8",
            name="Week-1 checklist completed",
            parent="k3",
            indicator="leading",
            unit="%",
            direction="up",
            lower=0,
            upper=100,
            baseline=38,
            sigma=4,
            control="ours",
            family="activation",
            definition="Share of new workspaces that finish the start checklist in seven days.",
            source="Product events, checklist_done",
            cadence="weekly",
            step="Fill a new workspace with demo data",
            caveats="Spread invented for the example.",
        ),
        value_text="38 %",
        sigma_text="± 4 points",
        owner_name="Li Wen",
    ),
    KpiSheet(
        kpi=Kpi(
            id="k9",
            name="Invites in three days",
            parent="k3",
            order=1,
            indicator="leading",
            unit="per team",
            direction="up",
            baseline=1.4,
            sigma=0.2,
            control="ours",
            family="activation",
            cadence="weekly",
            caveats=INVENTED,
        ),
        value_text="1.4 per team",
        sigma_text="± 0.2",
        owner_name="Li Wen",
    ),
    KpiSheet(
        kpi=Kpi(
            id="k10",
            name="First reply from support",
            parent="k3",
            order=2,
            indicator="leading",
            unit="h",
            direction="down",
            baseline=5,
            sigma=1,
            control="shared",
            family="speed",
            cadence="weekly",
            caveats=INVENTED,
        ),
        value_text="5 h",
        sigma_text="± 1 h",
        owner_name="Uma Patel",
    ),
    KpiSheet(
        kpi=Kpi(
            id="k11",
            name="Day-30 retention",
            parent="k5",
            indicator="lagging",
            unit="%",
            direction="up",
            lower=0,
            upper=100,
            baseline=41,
            sigma=3,
            control="ours",
            family="retention",
            segment="small teams",
            definition="Share of workspaces with a core action between day 28 and day 34.",
            source="Warehouse, table workspace_cohorts",
            cadence="monthly",
            caveats="Spread invented for the example.",
        ),
        value_text="41 %",
        sigma_text="± 3 points",
        owner_name="Sam Osei",
    ),
    KpiSheet(
        kpi=Kpi(
            id="k12",
            name="Weekly core actions per team",
            parent="k5",
            order=1,
            indicator="intermediate",
            unit="",
            direction="up",
            baseline=2.1,
            sigma=0.2,
            control="ours",
            family="engagement",
            cadence="weekly",
        ),
        value_text="2.1",
        sigma_text="± 0.2",
        owner_name="Sam Osei",
    ),
    KpiSheet(
        kpi=Kpi(id="k13", name="Time to first import", parent="k5", order=2, indicator="leading", unit="min"),
        missing=True,
        check="Nobody knew this number; look it up in the first two weeks.",
    ),
)


def drawing(
    kpis: tuple[KpiSheet, ...], *, chosen: frozenset[str] = frozenset(), density: Density = "full"
) -> Drawing:
    """The drawing as the one layout makes it."""
    found = layout({sheet.kpi.id: sheet.kpi for sheet in kpis}, density=density)
    sheets = {sheet.kpi.id: sheet for sheet in kpis}
    joints = {joint.parent: joint.text for joint in found.joints}
    first = {edge.parent: edge.child for edge in reversed(found.edges)}
    return Drawing(
        width=found.width,
        height=found.height,
        boxes=tuple(_box(box, sheets[box.id], box.id in chosen) for box in found.boxes),
        lines=tuple(
            Line(
                parent=edge.parent,
                child=edge.child,
                points=edge.points,
                influence=edge.kind == "influence",
                label=joints.get(edge.parent, "") if first[edge.parent] == edge.child else "",
            )
            for edge in found.edges
        ),
        alt=f"KPI tree with {len(kpis)} KPIs under {kpis[0].kpi.name}.",
    )


def _box(box: Placed, sheet: KpiSheet, chosen: bool) -> Box:
    return Box(
        kpi=box.id,
        x=box.x,
        y=box.y,
        width=box.width,
        height=box.height,
        lines=box.lines,
        value=sheet.value_text,
        note="no number yet" if sheet.missing else sheet.sigma_text,
        indicator=sheet.kpi.indicator or "",
        lever=sheet.kpi.control in ("ours", "shared") and sheet.kpi.parent is not None,
        chosen=chosen,
        missing=sheet.missing,
    )


def _kr(
    number: int,
    objective: str,
    kpi: str,
    name: str,
    start: float,
    target: float,
    unit: str,
    *,
    owner: str,
    sentence: str,
    suggestion: float | None = None,
    role: str = "lever",
    segment: str = "",
    due: str = "2027-09-30",
    indicator: str = "leading",
    arithmetic: str = "",
    chance: str = "",
    plan: EvidencePlan | None = None,
    trail: tuple[Fact, ...] = (),
    findings: tuple[FindingNote, ...] = (),
    confidence: float | None = 0.7,
    change: str = "",
) -> KeyResultSheet:
    def words(value: float) -> str:
        return f"{value:g} {unit}".strip()

    return KeyResultSheet(
        key_result=KeyResult(
            id=f"r{number}",
            objective=objective,
            role=role,  # type: ignore[arg-type]
            kpi=kpi,
            start=start,
            suggestion=suggestion,
            target=target,
            unit=unit,
            segment=segment,
            due=due,
            owner=owner,
            evidence=plan or EvidencePlan(),
            order=number,
        ),
        sentence=sentence,
        kpi_name=name,
        start_text=words(start),
        target_text=words(target),
        change_text=change,
        suggestion_text="" if suggestion is None else words(suggestion),
        arithmetic=arithmetic,
        chance=chance,
        owner_name=owner,
        indicator=indicator,
        confidence=confidence,
        trail=trail,
        findings=findings,
    )


def full() -> Outcome:
    """A whole workshop: two objectives with three key results each, everything filled in."""
    first = ObjectiveSheet(
        objective=Objective(id="o1", lever="k3", branch="k3", owner="Ana Ruiz", mode="stretch", order=1),
        sentence="Get new workspaces to their first win in week one, so that teams stay",
        owner_name="Ana Ruiz",
        mode_text="Stretch: about seven tenths of the way is expected on average",
        moves="moves weekly activated teams from 1,240 to about 1,390 (8 chances in 10: 1,330 or more)",
        key_results=(
            _kr(
                1,
                "o1",
                "k3",
                "Trial → activation",
                36,
                44,
                "%",
                owner="Ana Ruiz",
                segment="new workspaces",
                indicator="intermediate",
                suggestion=42,
                sentence="Increase trial → activation in new workspaces from 36 % to 44 % by 30 Sep 2027 "
                "without support tickets above 9.9 per 100 workspaces",
                change="+ 8 points, which is + 22.2 %",
                arithmetic="36 % is usual and readings vary by about 5 points, which is noisy. One and a quarter "
                "spreads above usual is 42.25 %, rounded to 42 %. The group chose 44 %.",
                chance="Without any change about one reading in eighteen would reach 44 %; the mean of four "
                "readings fewer than one time in 1,000.",
                plan=EvidencePlan(
                    signal="Checklist completion rises by week 3",
                    signal_kpi="k8",
                    design="A/B test, 588 workspaces an arm, 4 weeks",
                    decision="Ship if the gain is 6 points or more, the interval excludes 0 and no guardrail trips",
                    record="https://docs.example/evidence/activation",
                ),
                trail=(
                    Fact(label="KPI", text="Trial → activation, owner Ana Ruiz", source="numbers"),
                    Fact(
                        label="Formula",
                        text="Weekly activated teams = New trial teams × Trial → activation + …",
                        source="M-TREE-1",
                    ),
                    Fact(label="Votes", text="14 of 40 dots, largest effect of five levers", source="vote"),
                    Fact(label="Baseline", text="36 %, spread 5 points", source="M-TGT-1"),
                ),
            ),
            _kr(
                2,
                "o1",
                "k8",
                "Week-1 checklist completed",
                38,
                55,
                "%",
                owner="Li Wen",
                role="leading",
                suggestion=43,
                due="2027-08-31",
                sentence="Increase week-1 checklist completed from 38 % to 55 % by 31 Aug 2027",
                change="+ 17 points, which is + 44.7 %",
                arithmetic="38 % is usual and readings vary by about 4 points. One and a quarter spreads above "
                "usual is 43 %. The group chose 55 %.",
                chance="Without any change fewer than one reading in 1,000 would reach 55 %.",
                plan=EvidencePlan(
                    signal="Demo data opened on the first day",
                    design="Before and after, weekly cohorts",
                    decision="Stop if flat after four weeks",
                    record="Growth notebook, page 12",
                ),
                trail=(Fact(label="Votes", text="14 of 40 dots", source="vote"),),
                findings=(
                    FindingNote(
                        rule="K-PCT",
                        severity="warning",
                        message="“By 17 %” can be read as points or as a share: say from and to.",
                    ),
                ),
            ),
            _kr(
                3,
                "o1",
                "k11",
                "Day-30 retention",
                41,
                48,
                "%",
                owner="Sam Osei",
                role="proof",
                segment="small teams",
                indicator="lagging",
                suggestion=44.5,
                sentence="Increase day-30 retention in small teams from 41 % to 48 % by 30 Sep 2027",
                change="+ 7 points, which is + 17.1 %",
                arithmetic="41 % is usual and readings vary by about 3 points; two spreads above usual is 47 %.",
                chance="Without any change one reading in a hundred would reach 48 %.",
                plan=EvidencePlan(
                    signal="Weekly core actions of the July cohort",
                    signal_kpi="k12",
                    design="Cohorts of July and August, read on 30 September",
                    decision="Keep if both cohorts are at 46 % or more and no guardrail trips",
                    record="https://docs.example/evidence/retention",
                ),
                confidence=0.5,
                findings=(
                    FindingNote(
                        rule="K-POWER",
                        severity="error",
                        message="Thirteen weeks would be needed to see this and twelve are left.",
                        reason="The August cohort is twice as large; we accept one week of overlap.",
                    ),
                ),
            ),
        ),
        guardrail_ids=("g1", "g2"),
    )
    second = ObjectiveSheet(
        objective=Objective(id="o2", lever="k12", branch="k5", owner="Sam Osei", mode="commitment", order=2),
        sentence="Make working together a weekly habit, so that small teams keep coming back",
        owner_name="Sam Osei",
        mode_text="Commitment: resourced, and expected in full",
        moves="moves weekly activated teams by about 40 more",
        key_results=(
            _kr(
                4,
                "o2",
                "k12",
                "Weekly core actions per team",
                2.1,
                2.5,
                "",
                owner="Sam Osei",
                indicator="intermediate",
                suggestion=2.5,
                sentence="Increase weekly core actions per team from 2.1 to 2.5 by 30 Sep 2027",
                change="+ 0.4, which is + 19 %",
                arithmetic="2.1 is usual and readings vary by about 0.2, which is stable. Two spreads above "
                "usual is 2.5.",
                chance="Without any change one reading in forty would reach 2.5.",
                plan=EvidencePlan(
                    signal="Comments on shared boards in the first week",
                    design="Switch-back by week, six weeks",
                    decision="Keep if actions rise by 0.2 or more with no more unsubscribes",
                    record="https://docs.example/evidence/habit",
                ),
            ),
            _kr(
                5,
                "o2",
                "k9",
                "Invites in three days",
                1.4,
                1.8,
                "per team",
                owner="Li Wen",
                role="leading",
                suggestion=1.65,
                due="2027-08-15",
                sentence="Increase invites in three days from 1.4 to 1.8 per team by 15 Aug 2027",
                change="+ 0.4, which is + 28.6 %",
                plan=EvidencePlan(
                    signal="Invite panel opened in the first session",
                    design="A/B test, 1,094 workspaces an arm, 5 weeks",
                    decision="Ship if invites rise by 0.2 per team and lead quality holds",
                    record="Growth notebook, page 14",
                ),
            ),
            _kr(
                6,
                "o2",
                "k10",
                "First reply from support",
                5,
                3,
                "h",
                owner="Uma Patel",
                suggestion=3.5,
                due="2027-09-15",
                sentence="Reduce first reply from support from 5 h to 3 h by 15 Sep 2027",
                change="− 2 h, which is − 40 %",
                plan=EvidencePlan(
                    signal="Share of tickets with a draft answer",
                    design="Before and after, weekly",
                    decision="Keep if satisfaction stays at 4.5 or more",
                    record="Support weekly notes",
                ),
            ),
        ),
        guardrail_ids=("g2", "g3"),
    )
    return Outcome(
        title="Growth team, Q3 2027",
        code="K7PM4XQA",
        team="Growth team",
        period="Q3 2027",
        start="2027-07-01",
        end="2027-09-30",
        time_zone="Europe/Madrid",
        currency="USD",
        guide="From KPIs to OKRs, 90 minutes",
        held_on="2026-11-22",
        final=True,
        strategy="For small product teams that outgrow spreadsheets, we win by being useful on the first day.",
        frame=("Half of new workspaces never see a second day.", "Support answers the same ten questions."),
        north_star="k1",
        objectives=(first, second),
        guardrails=(
            GuardrailSheet(
                guardrail=Guardrail(
                    id="g1",
                    name="Support tickets per 100 workspaces",
                    comparator="<=",
                    threshold=9.9,
                    current=9.0,
                    owner="Uma Patel",
                    levers=("k3",),
                ),
                limit_text="≤ 9.9",
                current_text="9.0",
                state="ok",
                note="within the limit",
                owner_name="Uma Patel",
            ),
            GuardrailSheet(
                guardrail=Guardrail(
                    id="g2",
                    name="INP, 95th percentile",
                    comparator="<=",
                    threshold=200,
                    unit="ms",
                    current=190,
                    owner="Kai Berg",
                ),
                limit_text="≤ 200 ms",
                current_text="190 ms",
                state="close",
                note="close to the limit",
                owner_name="Kai Berg",
            ),
            GuardrailSheet(
                guardrail=Guardrail(
                    id="g3",
                    name="CAC payback",
                    comparator="<=",
                    threshold=12,
                    unit="months",
                    current=14,
                    owner="Noor Haddad",
                ),
                limit_text="≤ 12 months",
                current_text="14 months",
                state="tripped",
                note="already beyond the limit: the objective starts paused",
                owner_name="Noor Haddad",
            ),
        ),
        levers=(
            LeverSheet(
                kpi="k3",
                name="Trial → activation",
                rank=1,
                votes=14,
                effect=44.0,
                effect_text="+ 44",
                control="ours",
                score=0.98,
                badge="first",
                chosen=True,
                step="42 %",
                belief=4.0,
                belief_spread=(3, 5),
            ),
            LeverSheet(
                kpi="k9",
                name="Invites in three days",
                rank=2,
                votes=9,
                effect=26.0,
                effect_text="+ 26",
                control="ours",
                score=0.62,
                chosen=True,
                belief=3.0,
                belief_spread=(1, 5),
            ),
            LeverSheet(
                kpi="k10",
                name="First reply from support",
                rank=3,
                votes=10,
                effect=4.0,
                effect_text="+ 4",
                control="shared",
                score=0.2,
                badge="popular, small effect",
            ),
            LeverSheet(
                kpi="k12",
                name="Weekly core actions per team",
                rank=4,
                votes=3,
                effect=37.0,
                effect_text="+ 37",
                control="ours",
                score=0.53,
                badge="overlooked",
                chosen=True,
            ),
            LeverSheet(
                kpi="k6",
                name="Sign-ups from content",
                rank=5,
                votes=4,
                effect=None,
                effect_text="not sized",
                control="ours",
                score=0.14,
            ),
        ),
        votes_cast=40,
        voters=8,
        dissent=(
            "Invites in three days: beliefs run from 1 to 5. Somebody doubts that invites come before value; "
            "somebody saw it work elsewhere. A test is planned.",
        ),
        kpis=KPIS,
        tree=drawing(KPIS, chosen=frozenset({"k3", "k8", "k9", "k12"})),
        add_up=AddUp(
            name="Weekly activated teams",
            today_text="1,240",
            at_targets_text="1,390",
            p50_text="1,358",
            p80_text="1,330",
            today=1240.0,
            at_targets=1390.0,
            p50=1358.0,
            p80=1330.0,
            low=1265.0,
            high=1422.0,
            wish=1450.0,
            sentence="If every key result is met, weekly activated teams go from 1,240 to about 1,390. With eight "
            "chances in ten they reach 1,330 or more.",
            contributions=(
                Contribution(key_result="r1", name="Trial → activation", amount=82.0, text="+ 82 teams/week"),
                Contribution(
                    key_result="r2", name="Week-1 checklist completed", amount=38.0, text="+ 38 teams/week"
                ),
                Contribution(key_result="r4", name="Weekly core actions per team", amount=34.0, text="+ 34"),
                Contribution(
                    key_result="r6", name="First reply from support", amount=-4.0, text="− 4 teams/week"
                ),
            ),
            guardrails=("INP, 95th percentile: one chance in five to trip before the end.",),
            advice=(
                "The wish is 1,450: sixty teams a week are not covered by any key result. Add or change scope.",
            ),
            runs=10_000,
            seed=20270701,
        ),
        initiatives=(
            Initiative(
                id="i1",
                text="Demo data on first open",
                key_result="r2",
                assumption="People understand faster with an example in front of them",
            ),
            Initiative(id="i2", text="Tips after the first import", key_result="r1"),
            Initiative(id="i3", text="Nudges by gap in the checklist", key_result="r2"),
            Initiative(id="i4", text="Five A/B tests, each powered for + 10 % relative", key_result="r1"),
            Initiative(id="i5", text="New look for the invitation mail"),
        ),
        parking=("Pricing page test", "Who owns churn data?"),
        next_steps=("Ana books the weekly 45 minutes", "Li looks up time to first import by Friday"),
        calendar=(
            CalendarItem(
                title="Weekly KPI and OKR check-in",
                start="2027-07-05T10:00",
                minutes=45,
                rule="FREQ=WEEKLY;UNTIL=20270930T235959Z",
                agenda=(
                    "KPI deltas against baseline, 10 minutes",
                    "Key results and blockers, 15 minutes",
                    "Decisions and next bets, 15 minutes",
                    "Risks and guardrails, 5 minutes",
                ),
            ),
            CalendarItem(
                title="Monthly review",
                start="2027-07-29T10:00",
                minutes=60,
                rule="FREQ=MONTHLY;BYDAY=-1TH;COUNT=3",
                agenda=("Stop, start, continue", "Retire initiatives that move nothing"),
            ),
            CalendarItem(
                title="End of quarter: look back",
                start="2027-09-30T14:00",
                minutes=90,
                agenda=("What did we learn?",),
            ),
        ),
        plan_30_60_90=(
            Fact(
                label="Days 1 to 30",
                text="Baselines for two KPIs; instrumentation of imports",
                source="M-CAD",
            ),
            Fact(label="Days 31 to 60", text="First two A/B tests; dashboards for six key results"),
            Fact(label="Days 61 to 90", text="Readouts, prune, plan the next quarter"),
        ),
        phases=(
            PhaseLog(title="Frame", planned=8, real=7.5, contributed=7, present=8),
            PhaseLog(title="North star", planned=8, real=10, contributed=8, present=8),
            PhaseLog(title="Grow the tree", planned=20, real=23.5, contributed=8, present=8),
            PhaseLog(title="Numbers", planned=10, real=12, contributed=6, present=8),
            PhaseLog(title="Levers", planned=5, real=5, contributed=8, present=8),
            PhaseLog(title="Vote", planned=5, real=3.5, contributed=8, present=8),
            PhaseLog(title="Guardrails", planned=7, real=6, contributed=5, present=8),
            PhaseLog(title="Challenge", planned=7, real=7, contributed=7, present=7),
            PhaseLog(title="Draft", planned=12, real=14, contributed=7, present=7),
            PhaseLog(title="Commit", planned=6, real=5, contributed=7, present=7),
            PhaseLog(title="Close", planned=2, real=2, contributed=7, present=7),
        ),
        people=(
            "Noor Haddad",
            "Ana Ruiz",
            "Li Wen",
            "Sam Osei",
            "Uma Patel",
            "Kai Berg",
            "Ben Cho",
            "Ola Lind",
        ),
        return_on_time=4.3,
        return_votes=7,
        overrides=(
            Override(
                target="r3",
                rule="K-POWER",
                reason="The August cohort is twice as large; we accept one week of overlap.",
                by="Sam Osei",
            ),
        ),
        notes=("Spreads were invented for this example.",),
    )


def empty() -> Outcome:
    """A workshop somebody opened and closed again."""
    return Outcome(title="")


def draft() -> Outcome:
    """One objective, not final, with gaps: no baseline, no owner, no evidence plan, a range and a yes-or-no result."""
    base = full()
    objective = base.objectives[0]
    pending = KeyResultSheet(
        key_result=KeyResult(
            id="r7", objective="o1", kind="baseline", kpi="k13", due="2027-07-14", unit="min"
        ),
        sentence="Establish the baseline of time to first import by week 2",
        kpi_name="Time to first import",
    )
    band = KeyResultSheet(
        key_result=KeyResult(id="r8", objective="o1", kind="range", band=(72, 78), unit="%", start=70),
        sentence="Keep utilisation within 72–78 % through 30 Sep 2027",
        kpi_name="Utilisation",
        start_text="70 %",
        target_text="72–78 %",
    )
    binary = KeyResultSheet(
        key_result=KeyResult(
            id="r9", objective="o1", kind="binary", proof="Auditor's letter", due="2027-09-01"
        ),
        sentence="Zero major findings in the audit of 1 Sep 2027",
        owner_name="Kai Berg",
    )
    return replace(
        base,
        final=False,
        objectives=(replace(objective, owner_name="", key_results=(pending, band, binary)),),
        add_up=replace(base.add_up, p50=None, p80=None, p50_text="", p80_text="") if base.add_up else None,
        dissent=(),
    )


def big() -> Outcome:
    """Forty KPIs, three objectives with four key results each, long texts."""
    base = full()
    kpis = [base.kpis[0]]
    for number in range(1, 40):
        parent = "k1" if number <= 5 else f"b{(number - 6) // 7 + 1}"
        source = base.kpis[1 + number % 12]
        kpis.append(
            replace(
                source,
                kpi=replace(
                    source.kpi,
                    id=f"b{number}",
                    name=f"{source.kpi.name} in region {number}",
                    parent=parent,
                    influences=(),
                    definition="How often this happens among those who could have done it. " * 2,
                ),
            )
        )
    many = tuple(kpis)
    extra = base.objectives[1].key_results[0]
    objectives = tuple(
        replace(
            base.objectives[index % 2],
            objective=replace(base.objectives[index % 2].objective, id=f"o{index + 1}"),
            key_results=(*base.objectives[index % 2].key_results, extra),
        )
        for index in range(3)
    )
    return replace(
        base,
        kpis=many,
        tree=drawing(many, chosen=frozenset({"b3", "b9"})),
        objectives=objectives,
        levers=tuple(replace(lever, kpi=f"b{n}") for n, lever in enumerate(base.levers * 3)),
        initiatives=base.initiatives * 4,
        guardrails=base.guardrails * 2,
    )


HOSTILE = (
    '=HYPERLINK("http://evil.example";"click")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=2+2",
    '#import "/etc/passwd" ] ) } $ * _ ` <script>alert(1)</script> & \' " \\',
    "]]></svg><script>1</script>",
    "line\nbreak\r\nBEGIN:VEVENT\r\nSUMMARY:injected",
    "--- \n- [x](javascript:alert(1)) | a | b |\n# heading",
    "\u202eevil\u202c \u0000\u0007\ufeff\ue000\U000e0041\ud83d",
    "javascript:alert(1)",
    "https://ok.example/a b",
    "file:///etc/passwd",
    "A" * 400,
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung" * 3,
    "日本語のテキスト 漢字 한국어",
    "Z̸͓̈́͊a̴͇͗l̵̰͝g̷̱̀o̸̰͐",
    "{{ 7*7 }} {% raw %} ${7*7} %s {0}",
    ": yaml: [1, 2] *a &b !!python/object:os.system",
)


def hostile() -> Outcome:
    """Every typed text is something nobody should type."""
    texts = iter(HOSTILE * 40)

    def bad(_: str) -> str:
        return next(texts)

    return retold(full(), bad)


SCRIPTS = (
    "Ñandú über Ærøskøbing çığ Đặng",
    "Рост удержания команд",
    "Αύξηση ενεργών ομάδων",
    "زيادة تفعيل الفرق الجديدة من 36 % إلى 44 %",
    "הגדלת שימור הלקוחות ב־7 ימים",
    "नई टीमों की सक्रियता बढ़ाएँ",
    "เพิ่มการใช้งานของทีมใหม่",
    "Ship 🚀 with 👩‍💻 and ❤️ 1️⃣ 🇪🇸 👍🏽",
    "Mixed זהו mixed عربي (2027) text",
    "کیفیت می‌شود",
)


def scripts() -> Outcome:
    """Names and sentences in every script the fonts cover."""
    texts = iter(SCRIPTS * 60)
    return retold(full(), lambda _: next(texts))


def retold(outcome: Outcome, say: Callable[[str], str]) -> Outcome:
    """`outcome` with everything people typed replaced by what `say` answers; numbers and structure stay."""

    kpis = tuple(
        replace(
            sheet,
            kpi=replace(
                sheet.kpi,
                name=say(sheet.kpi.name),
                definition=say(""),
                source=say(""),
                unit=say(""),
                caveats=say(""),
            ),
            owner_name=say(sheet.owner_name),
            value_text=say(sheet.value_text),
        )
        for sheet in outcome.kpis
    )
    objectives = tuple(
        replace(
            sheet,
            sentence=say(sheet.sentence),
            owner_name=say(sheet.owner_name),
            key_results=tuple(
                replace(
                    kr,
                    key_result=replace(
                        kr.key_result,
                        segment=say(""),
                        evidence=EvidencePlan(
                            signal=say(""), design=say(""), decision=say(""), record=say("")
                        ),
                    ),
                    sentence=say(kr.sentence),
                    kpi_name=say(kr.kpi_name),
                    owner_name=say(kr.owner_name),
                    arithmetic=say(""),
                    trail=tuple(replace(fact, text=say(fact.text)) for fact in kr.trail),
                    findings=tuple(replace(note, reason=say("")) for note in kr.findings),
                )
                for kr in sheet.key_results
            ),
        )
        for sheet in outcome.objectives
    )
    return replace(
        outcome,
        title=say(outcome.title),
        team=say(outcome.team),
        period=say(outcome.period),
        strategy=say(outcome.strategy),
        frame=tuple(say(text) for text in outcome.frame),
        objectives=objectives,
        kpis=kpis,
        tree=drawing(kpis),
        guardrails=tuple(
            replace(
                sheet,
                guardrail=replace(sheet.guardrail, name=say("")),
                owner_name=say(""),
                limit_text=say(sheet.limit_text),
            )
            for sheet in outcome.guardrails
        ),
        levers=tuple(replace(lever, name=say(lever.name), badge=say("")) for lever in outcome.levers),
        dissent=tuple(say(text) for text in outcome.dissent),
        initiatives=tuple(
            replace(item, text=say(item.text), assumption=say("")) for item in outcome.initiatives
        ),
        parking=tuple(say(text) for text in outcome.parking),
        next_steps=tuple(say(text) for text in outcome.next_steps),
        calendar=tuple(replace(item, title=say(item.title), agenda=(say(""),)) for item in outcome.calendar),
        phases=tuple(replace(phase, title=say(phase.title)) for phase in outcome.phases),
        people=tuple(say(name) for name in outcome.people),
        notes=tuple(say(text) for text in outcome.notes),
    )


VARIANTS = {"full": full, "draft": draft, "empty": empty, "big": big, "hostile": hostile, "scripts": scripts}
