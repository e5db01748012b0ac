#!/usr/bin/env bash
# Makes the virtual environment in $1 with everything the product and its tests import.
set -eu
venv=$1
python=
for name in python3.13 python3.12 python3.11 python3; do
  if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$name
    break
  fi
done
if [ -z "$python" ]; then
  echo "heting: Python 3.11 or newer is needed: sudo apt-get install python3 python3-venv" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  deploy/packages.sh python3-venv
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
echo "heting: installing Python packages into $venv"
"$venv/bin/python" -m pip install -q --disable-pip-version-check --retries 5 -e '.[dev]'
