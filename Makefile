# make run | test | check | bench    (see README.md)
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
PY := $(VENV)/bin/python
WEB := web_client
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/public -type f 2>/dev/null) $(wildcard $(WEB)/*.html $(WEB)/*.ts)

FONTS := fonts-noto-cjk
TEST_PACKAGES := gcc libc6-dev chromium firefox-esr coturn ffmpeg espeak-ng poppler-utils iproute2 \
	gstreamer1.0-tools gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-nice \
	gir1.2-gst-plugins-bad-1.0 python3-gi
# What the benchmarks compare with; they run without it.
BENCH_PACKAGES := janus iproute2

.PHONY: help run test check fuzz bench setup setup-test format protocol

help:
	@echo "make run    set up what is missing, build the web client, start on https://localhost:8443 with demo data"
	@echo "make test   set up what is missing, run every test"
	@echo "make check  format, lint, types, import contracts, fast tests"
	@echo "make fuzz   the C plane with address and undefined-behaviour sanitizers, under malformed packets"
	@echo "make bench  benchmarks -> a table and bench/results/latest.json"

run: setup
	@exec $(VENV)/bin/heting serve --demo

setup: $(VENV)/.ready $(WEB)/dist/.ready
	@$(PY) -m media.native.build || true
	@deploy/packages.sh $(FONTS)

setup-test: setup
	@deploy/packages.sh $(TEST_PACKAGES)
	@$(PY) -m media.native.build || true

# Real networks, browsers and clocks on a busy machine: one second try, shown as a rerun; what failed beside others
# even so is judged alone. `make check` draws new random examples, this the same ones every time.
TEST := $(PY) -m pytest -q -raR --reruns 1 --hypothesis-profile=ci
FAST := -m "page or not browser and not journey"
UNTIMED := -m "untimed and not page"
TIMED := -m "not page and not untimed and (browser or journey)"
test: setup-test
	cd $(WEB) && npm test --silent
	$(TEST) -n 4 $(FAST) || $(TEST) --last-failed $(FAST)
	$(TEST) -n 2 --dist loadscope --durations=10 $(UNTIMED) || $(TEST) --last-failed $(UNTIMED)
	$(TEST) -n 2 --dist loadscope --durations=20 $(TIMED) || $(TEST) --last-failed $(TIMED)

check: $(VENV)/.ready $(WEB)/dist/.ready
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	cd $(WEB) && npm run check --silent
	$(PY) -m pytest -q -m "not browser and not journey"

# The C plane built to stop at the first stray byte, under malformed packets.
fuzz: setup-test
	$(PY) -m media.native.build --sanitize
	HETING_MEDIA_SANITIZE=1 ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
	LD_PRELOAD="$$(cc -print-file-name=libasan.so) $$(cc -print-file-name=libubsan.so)" \
	$(PY) -m pytest -q tests/media/test_planes.py tests/media/test_differential.py \
	tests/media/test_turnover.py tests/media/test_fuzz.py

bench: setup-test
	-@deploy/packages.sh $(BENCH_PACKAGES)
	$(PY) -m bench

format: $(VENV)/.ready
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .

$(VENV)/.ready: pyproject.toml
	@deploy/python.sh $(VENV)
	@touch $@

$(WEB)/node_modules/.ready: $(WEB)/package-lock.json
	@command -v node >/dev/null || { echo "heting: Node.js 20 or newer is needed to build the web client: install it (e.g. from nodejs.org) and run make again" >&2; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' || { echo "heting: Node.js 20 or newer is needed, this is $$(node --version)" >&2; exit 1; }
	cd $(WEB) && npm ci --no-audit --no-fund --silent
	@touch $@

$(WEB)/dist/.ready: $(WEB)/node_modules/.ready $(WEB_SOURCES)
	cd $(WEB) && npm run build --silent
	@touch $@

protocol: $(VENV)/.ready
	$(PY) -m room_server.rules.manual > docs/protocol.md
	$(PY) -m room_server.rules.typescript
