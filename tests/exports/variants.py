"""Outcomes that strain every format: nothing at all, gaps everywhere, forty KPIs, hostile texts, many scripts."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from facilitation.okr import EvidencePlan, KeyResult
from facilitation.outcome import (
    KeyResultSheet,
    Outcome,
)
from tests.exports.sample import full
from tests.exports.sample_tree import drawing


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
