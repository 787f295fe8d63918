"""One rule per file. Importing this package registers them all, in the order of their file names.

To add a rule, copy a neighbour: an id, a severity, the kinds of line it reads, a docstring with the anti-pattern and the
better practice, and its sentences as data in `tests/lint_cases/`.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in sorted(module.name for module in iter_modules(__path__)):
    import_module(f"{__name__}.{_module}")
