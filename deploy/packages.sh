#!/usr/bin/env bash
# Installs the Debian packages that are missing; says what is needed where it may not.
set -eu
missing=()
for name in "$@"; do
  dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if ! command -v apt-get >/dev/null; then
  echo "heting: please install what corresponds to: ${missing[*]}" >&2
  exit 0
fi
become=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    echo "heting: please run: sudo apt-get install -y ${missing[*]}" >&2
    exit 1
  fi
  become=(sudo -n)
fi
echo "heting: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
wait=(-o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
"${become[@]}" apt-get install -y -q --no-install-recommends "${wait[@]}" "${missing[@]}" >/dev/null 2>&1 && exit 0
"${become[@]}" apt-get update -q "${wait[@]}" >/dev/null
"${become[@]}" apt-get install -y -q --no-install-recommends "${wait[@]}" "${missing[@]}" >/dev/null
