"""Forms that work without script (LIVE-13): what the live client reads from `data-command`, a plain form sends as hidden inputs.

A template writes `<form method="post" data-command="AddCard">` and nothing more. Without an `action` a browser posts it to
the page it stands on, which says whose screen it is; the command's name is added here, to every form of every region, so
that no template can forget it.
"""

from __future__ import annotations

import re

from markupsafe import Markup

_FORM = re.compile(
    r"""(<form\b[^>]*\sdata-command="(\w+)"[^>]*>)(?!<input type="hidden" name="type")""", re.IGNORECASE
)
_TYPE = '<input type="hidden" name="type"'


def with_types(html: str) -> str:
    """The region's HTML, each command form with its command's name as hidden input; drawing twice changes nothing."""
    if "data-command" not in html:
        return html
    return _FORM.sub(r'\1<input type="hidden" name="type" value="\2">', html)


def with_once(html: Markup, once: str) -> Markup:
    """The same with the page's own id in each form, so that a double tap without script is counted once (LIVE-2)."""
    # Our own templates drew the HTML, and the id is made of letters and digits.
    return Markup(str(html).replace(_TYPE, f'<input type="hidden" name="once" value="{once}">{_TYPE}'))
