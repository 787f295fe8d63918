"""Build hook: a wheel without its fonts and front-end files would install and then fail at its first page.

So a build fetches what is missing (tools/vendor.py), and fails here, in one sentence, when it cannot.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FetchedFiles(BuildHookInterface[BuilderConfig]):
    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # the source tree itself; `make run` fetches there
            return
        root = Path(self.root)
        sys.path.insert(0, str(root))
        from tools import vendor

        if vendor.missing(root):
            vendor.install_node_modules(root)
            vendor.copy_files(root)
