"""The one template environment: autoescape on, no template decides anything, static files by content.

`static('js/live.js')` gives an address that changes with the file's content, so that browsers may keep files for ever
and still never show an old one. `build` is the same for the program as a whole: a phone that holds a page of another
build reloads once (LIVE-11).
"""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

try:
    from markupsafe._speedups import _escape_inner
except ImportError:  # no compiled part on this machine
    from markupsafe._native import _escape_inner

APP = Path(__file__).resolve().parent.parent
STATIC = APP / "static"
TEMPLATES = APP / "templates"


@cache
def fingerprint(path: str) -> str:
    """Twelve hexadecimal digits of the content of a static file; empty when there is no such file."""
    file = STATIC / path
    return hashlib.sha256(file.read_bytes()).hexdigest()[:12] if file.is_file() else ""


def static(path: str) -> str:
    """The address of a static file, with its content's fingerprint."""
    mark = fingerprint(path)
    return f"/static/{path}?v={mark}" if mark else f"/static/{path}"


@cache
def build() -> str:
    """A name for this build of the program: the fingerprint of all templates, scripts and styles."""
    digest = hashlib.sha256()
    for folder in (TEMPLATES, STATIC / "js", STATIC / "css"):
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


_PLAIN = frozenset((str, Markup, int, float, bool, type(None)))
LONGEST_REMEMBERED = 64
MOST_REMEMBERED = 4096
_remembered: dict[tuple[Any, ...], str] = {}


def _told_apart(called: Macro, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...] | None:
    """What tells two calls of a macro apart; `None` where a call holds more than short plain values, or a block of its own.

    Types are part of it: 1, 1.0 and True are equal and drawn differently, and so are a text and one that is marked as safe.
    """
    key = [called, len(args), *kwargs]
    for value in (*args, *kwargs.values()):
        kind = type(value)
        if kind is dict:  # the hidden fields of a form
            inner = value.values()
            if any(type(one) not in _PLAIN for one in inner):
                return None
            key += (kind, len(value), *value, *map(type, inner), *inner)
        elif kind not in _PLAIN or (kind is str and len(value) > LONGEST_REMEMBERED):
            return None
        else:
            key += (kind, value)
    return tuple(key)


class _Quick(Context):
    """Calls a macro at once: what a call of anything else has to find out first is known of macros, and a board is made of
    hundreds of calls. What a component gave for plain values it gives again: most of a form is the same on every phone and
    after every action (docs/performance.md)."""

    def call(self, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        if type(called) is not Macro:
            return super().call(called, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        key = _told_apart(called, args, kwargs) if called in _components() else None
        if key is None:
            return called(self.eval_ctx, *args, **kwargs)
        html = _remembered.get(key)
        if html is None:
            if len(_remembered) >= MOST_REMEMBERED:
                _remembered.clear()
            html = _remembered[key] = called(self.eval_ctx, *args, **kwargs)
        return html


@cache
def _components() -> frozenset[Macro]:
    """The macros of components/. They see nothing but their arguments: what is imported without its importer's context knows no
    variable of it."""
    names = environment().list_templates(filter_func=lambda name: name.startswith("components/"))
    modules = [template(name).module for name in names if name.endswith(".html")]
    return frozenset(macro for module in modules for macro in vars(module).values() if type(macro) is Macro)


def escaped(value: Any) -> str:
    """What a template writes for a value. Only the text is wanted, so it need not be marked as safe first: that mark costs more
    than the escaping."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    return _escape_inner(value) if kind is str else escape(value)


class _Generator(CodeGenerator):
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name
        super().visit_Template(node, frame)
        self.writeline(f"from {__name__} import escaped as escape")


class _Environment(Environment):
    context_class = _Quick
    code_generator_class = _Generator

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One flat dictionary: globals are complete before the first template is loaded, and each region looks into them."""
        return {**self.globals, **(d or {})}


@cache
def environment() -> Environment:
    """The environment all pages and fragments are drawn with."""
    env = _Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
        cache_size=-1,
    )
    env.globals["static"] = static
    return env


@cache
def template(name: str) -> Template:
    """A compiled template by its path under app/templates."""
    return environment().get_template(name)


def draw(name: str, data: dict[str, Any]) -> str:
    """One template with its data as HTML."""
    return template(name).render(data)
