#!/bin/sh
# Writes the locks anew: every version exact, every file by its hash, no index address and no path, for every system and
# Python from 3.11 on. The later locks take the earlier ones as constraints, so that one package has one version everywhere.
# Pass --upgrade to move to the newest versions that pyproject.toml allows.
set -eu
cd "$(dirname "$0")/.."

compile() {
    out=$1
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        --no-emit-index-url --no-sources --output-file "$out" "$@"
}

upgrade=${1:-}
compile requirements.lock pyproject.toml $upgrade
compile requirements-setup.lock --group setup -c requirements.lock $upgrade
compile requirements-node.lock --group node $upgrade
compile requirements-dev.lock pyproject.toml --group dev -c requirements.lock -c requirements-setup.lock $upgrade

if grep -nE '://|^-|file:|@ |^\.?/' requirements*.lock; then
    echo "A lock holds an address, a path or an option, which would not mean the same on another machine." >&2
    exit 1
fi
