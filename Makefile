# `make` prints help. Python with venv, make and git are all that must be there.
PYTHON := python3
override SHELL := /bin/sh
override .SHELLFLAGS := -c
override BIN := .venv/bin
override NOTEBOOKS := $(sort $(basename $(notdir $(wildcard notebooks/[0-9][0-9]_*.ipynb))))
override STARTED := $(shell date +%s)
# The targets stand in a table. Those without a recipe of their own below are run by `python -m lib`.
override COMMANDS := $(shell sed -nE 's/^\[commands\.(.*)\]/\1/p' lib/base/commands.toml)
override OWN := help install report search-clean test check faults lab lock clean

# What a user types is text. Make expands none of it, and lib/base/settings.py reads it from MAKEFLAGS;
# what others read goes through the environment.
override v :=
override typed := $(foreach v,$(.VARIABLES),$(if $(filter command,$(origin $(v))),$(v)))
$(foreach v,$(filter MAKEFLAGS MAKEOVERRIDES,$(typed)),$(error $(v) is make's own: leave it out))
$(foreach v,$(typed),$(eval override $(v) := $$(value $(v))))
override GOALS := $(MAKECMDGOALS)
unexport $(typed)
export PYTHON GOALS REAL_DATA

# What a user's account may set and the report must not depend on.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP JUPYTER_PATH
export PYTHONNOUSERSITE := 1
export JUPYTER_PREFER_ENV_PATH := 1

.DEFAULT_GOAL := help
.PHONY: settings $(COMMANDS) $(NOTEBOOKS)
.DELETE_ON_ERROR:

help: settings
	@"$$PYTHON" -m lib help

# Refuses unknown variables and impossible values before anything is installed or run.
settings:
	@"$$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed; $$PYTHON is $$("$$PYTHON" --version 2>&1). Pass PYTHON=python3.12, say." >&2; exit 2; }
	@"$$PYTHON" -m lib.base.settings

install: .venv/installed

# uv reads the pins; TORCH=cpu has it ask PyTorch's own index for the CPU build.
.venv/installed: requirements.txt pyproject.toml | settings
	@"$$PYTHON" -m venv --clear .venv \
	  || { echo "Python's venv module is missing: apt install python3-venv" >&2; exit 2; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "$$(grep '^uv==' requirements.txt)"
	$(BIN)/uv pip install --quiet --python .venv $(if $(filter cpu,$(TORCH)),--torch-backend cpu) -r requirements.txt -e .
	@touch $@

report: $(NOTEBOOKS) | settings
	@$(BIN)/python -m lib site
	@$(BIN)/python -m lib table $(STARTED)

# The drawn data is checked once for each make, however many chapters read it.
$(NOTEBOOKS): .venv/installed data | settings
	@$(BIN)/python -m lib run $@

# A chapter that compares with an earlier one's systems, or builds on them.
02_tuning: 01_baseline
03_pca_boosting: 02_tuning
04_deep_regression: 03_pca_boosting
05_captioning: 04_deep_regression
06_clip_prompts: 04_deep_regression
07_baby_clip: 06_clip_prompts
08_why_clip_wins: 05_captioning 07_baby_clip
09_conclusion: 08_why_clip_wins

$(filter-out $(OWN),$(COMMANDS)): .venv/installed | settings
	@$(BIN)/python -m lib $@

# What is no target, or no longer: the table says which is meant.
.DEFAULT:
	@"$$PYTHON" -m lib.base.settings

search-clean: | settings
	rm -rf build/cache/photos

# Tests run side by side, a core each: threads of their own would only wait for each other.
test: export OMP_NUM_THREADS := 1
test: export OPENBLAS_NUM_THREADS := 1
test: .venv/installed | settings
	@$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

faults: .venv/installed | settings
	@$(BIN)/python tests/faults.py

check: .venv/installed | settings
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/python -m pytest tests/test_notebooks.py -k shape

lab: .venv/installed | settings
	@$(BIN)/jupyter lab notebooks

# One resolution for all platforms. PyTorch names the CUDA packages that fit it, so they are left to it.
lock: | settings
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --no-header --no-annotate \
	  $$($(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --no-header --no-annotate requirements.in \
	    | sed -nE 's/^((nvidia|cuda|triton)[a-z0-9-]*)==.*/--no-emit-package \1/p' | sort -u) \
	  requirements.in --output-file requirements.txt

clean: | settings
	rm -rf build
