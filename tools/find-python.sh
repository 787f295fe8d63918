#!/bin/sh
# Prints the path of a Python that is new enough, or says in one sentence what to install. Every candidate is run, not only
# looked up: some systems have stand-ins on PATH that exist and do not work.
# Usage: find-python.sh [PYTHON]; a Python named by the caller is the only candidate.
set -u

if [ $# -gt 0 ] && [ -n "$1" ]; then
    candidates=$1
else
    candidates="python3.13 python3.12 python3.11 python3.14 python3 python"
fi

found=""
for name in $candidates; do
    version=$("$name" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) || continue
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        "$name" -c 'import sys; print(sys.executable)'
        exit 0
    fi
    found="$found $name is $version;"
done

if [ -n "$found" ]; then
    echo "Levertree needs Python 3.11 or newer, and here${found%;}: install a newer Python, or name one: make run PYTHON=/path/to/python3.12" >&2
else
    echo "Levertree needs Python 3.11 or newer, and none was found: install one, or name it: make run PYTHON=/path/to/python3.12" >&2
fi
exit 1
