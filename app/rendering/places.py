"""Where nested regions stand: a template leaves their elements empty, and what belongs into them is put there.

`<li id="kpi-k3" data-region></li>` is the place of the region `kpi-k3`. On the wire a region comes with its places empty and each
nested region comes by itself, so that one more KPI sends the board's frame and one row, not 256 rows (docs/protocol.md).
A page that is opened gets everything in its place at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_PLACE = re.compile(r'(<(\w+)\b[^<>]*\sid="([^"<>]+)"[^<>]*\sdata-region\b[^<>]*>)(?=</\2>)')


def filled(html: str, content: Callable[[str], str]) -> str:
    """The HTML with `content(id)` in every empty place, also in the places that come with it."""
    if "data-region" not in html:
        return html
    return _PLACE.sub(lambda place: place[1] + filled(content(place[3]), content), html)
