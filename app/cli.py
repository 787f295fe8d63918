"""`levertree`: the command line. Each command is a file of its own in app/commands/ with a click command named `command`.

The file's name is the command's (`facilitator_link.py` → `facilitator-link`; `import_.py` → `import`). A command file
imports what it needs inside its function, so that `levertree --help` answers at once.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import click


class CommandFolder(click.Group):
    """A group whose commands are the modules of app/commands/."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        folder = Path(__file__).parent / "commands"
        modules = (module.name for module in pkgutil.iter_modules([str(folder)]))
        return sorted(_spoken(name) for name in modules if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        name = cmd_name.replace("-", "_")
        if (Path(__file__).parent / "commands" / f"{name}_.py").exists():
            name += "_"  # a Python word, such as import
        command = importlib.import_module(f"app.commands.{name}").command
        assert isinstance(command, click.Command), (
            f"app/commands/{name}.py must define a click command named `command`"
        )
        return command


def _spoken(module: str) -> str:
    return module.rstrip("_").replace("_", "-")


@click.group(
    cls=CommandFolder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="levertree", message="%(prog)s %(version)s")
def main() -> None:
    """Facilitated workshops: from strategy through a KPI tree to OKRs, on everybody's phone."""


if __name__ == "__main__":
    main()
