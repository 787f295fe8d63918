#!/bin/sh
# Builds the wheel from a source folder and installs it, with everything it needs, into a fresh environment.
# The Dockerfile runs exactly this, and so does a test, as an ordinary user in an empty home: where no container engine
# runs, the steps are tried all the same. Needs a Python ≥ 3.11 and the package registries; no compiler, no npm, no git.
#
# Usage: image-install.sh SOURCE TARGET
#   SOURCE  the project (fetched files and build results appear inside)
#   TARGET  the environment to create; afterwards TARGET/bin/levertree serves, and SOURCE may be thrown away
set -eu

source=$1
target=$2
cd "$source"

python=$(sh tools/find-python.sh "${PYTHON:-}")
install="-m pip install --quiet --no-input --disable-pip-version-check"

# The wheel: locked builder and font package, then the fetched files, then the build itself without any network.
"$python" -m venv build/image
build/image/bin/python $install --require-hashes -r requirements-setup.lock
build/image/bin/python -m tools.vendor
rm -rf dist
build/image/bin/python -m pip wheel --quiet --no-deps --no-build-isolation --no-input \
    --disable-pip-version-check --wheel-dir dist .

# The environment: what the lock says, byte for byte, and the wheel.
"$python" -m venv "$target"
"$target/bin/python" $install --require-hashes -r requirements.lock
"$target/bin/python" $install --no-deps --no-index dist/levertree-*.whl

echo "Installed: $("$target/bin/levertree" --version)"
