"""Builds the project's own Python environment in .venv from the hashed locks.

`python -m tools.environment run` installs what serving needs, `dev` what the tests and checks need besides. Run by any
Python ≥ 3.11 (tools/find-python.sh finds one); standard library only. Plain pip does the installing, so that a mirror,
proxy or certificate that a host has configured for pip is used here as well. Whatever goes wrong is said in one sentence;
pip's own words are kept in build/setup.log.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import SetupError

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {"run": ("requirements.lock", "requirements-setup.lock"), "dev": ("requirements-dev.lock",)}
NO_NETWORK = re.compile(
    r"NewConnectionError|Failed to establish|name resolution|Name or service not known|nodename nor servname|"
    r"ConnectTimeout|ReadTimeout|timed out|Network is unreachable|ProxyError|Connection refused|SSLError|Retrying \(",
    re.IGNORECASE,
)


def check_writable(folder: Path) -> None:
    """Raises SetupError when nothing can be written into `folder`."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SetupError(
            f"The folder {folder} cannot be written to ({error.strerror}): "
            "copy the project to a folder of your own and run the same command there."
        ) from None


def explain(output: str, log: Path) -> str:
    """One sentence for what pip said in `output`."""
    if "No space left on device" in output:
        return f"The disk is full: free about 1 GB and run the same command again; what pip said is in {log}."
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in output:
        return (
            "A package that arrived is not the one that was locked (its hash differs), so nothing of it was installed: "
            f"check the package mirror you use; what pip said is in {log}."
        )
    if NO_NETWORK.search(output):
        return (
            "The Python package index cannot be reached: check the network (or the proxy and mirror settings of pip) "
            f"and run the same command again; what pip said is in {log}."
        )
    return f"The Python packages could not be installed; what pip said is in {log}."


def create(venv: Path) -> Path:
    """Makes the virtual environment unless a working one is there; returns its Python."""
    python = venv / "bin" / "python"
    if _succeeds([str(python), "-m", "pip", "--version"]):
        return python
    print("Creating the Python environment in .venv …", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(venv)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        if "ensurepip" in made.stdout + made.stderr:
            minor = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise SetupError(
                f"This Python ({sys.executable}) cannot make virtual environments: install its venv part "
                f"(on Debian and Ubuntu: apt install python{minor}-venv) and run the same command again."
            )
        raise SetupError(
            f"The Python environment could not be made: {(made.stderr or made.stdout).strip()[-300:]}"
        )
    return python


def install(python: Path, root: Path, kind: str) -> None:
    """Installs the locks of `kind` with their hashes, then the project itself so that `levertree` exists."""
    print("Installing the locked packages …", flush=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]
    locked = [*pip, "--no-compile", "--retries", "2", "--require-hashes"]
    for lock in LOCKS[kind]:
        locked += ["-r", str(root / lock)]
    _pip(locked, root)
    _pip([*pip, "--no-deps", "--no-build-isolation", "--editable", str(root)], root)
    compile_ahead(python, root)


def compile_ahead(python: Path, root: Path) -> None:
    """Compiles everything to bytecode, on all cores.

    A start takes twice as long without it, and where Python is told not to write bytecode, or may not, every start would.
    Some packages carry files for other Pythons that do not compile here; that is no reason to stop.
    """
    where = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    compiling = [str(python), "-m", "compileall", "-q", "-j", "0"]
    subprocess.run(
        [*compiling, where, str(root / "app"), str(root / "facilitation")], capture_output=True, check=False
    )


def _pip(command: list[str], root: Path) -> None:
    log = root / "build" / "setup.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command,
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    log.write_text(done.stdout, encoding="utf-8")
    if done.returncode:
        raise SetupError(explain(done.stdout, log))


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def main(arguments: list[str]) -> int:
    kind = arguments[0] if arguments else "run"
    os.environ.pop("PYTHONHOME", None)
    try:
        check_writable(ROOT)
        install(create(ROOT / ".venv"), ROOT, kind)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
