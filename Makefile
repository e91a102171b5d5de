# All set-up included: what these need is rustc/cargo, a C compiler and a Python 3.10+ with venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-quick test-ecosystem test-newest bench develop lint clean

# Build and install Oxidist into .venv, and run the main job with it.
demo: $(VENV)/.tools
	$(BIN)/python tests/demo.py

# Everything, under every CPython from 3.10 to 3.14 that this machine has; of a distributor's Python what differs.
# `make test ARGS="--with ecosystem --whole"`
test: $(VENV)/.tools
	$(BIN)/python tests/run.py $(ARGS)

# The inner loop: the debug build, one interpreter. `make test-quick ARGS="-k sdist"`
test-quick: develop
	PYTHONPATH=python $(BIN)/python -m pytest -q -n 2 -m "not slow and not ecosystem" $(ARGS)

# setuptools, its own test suite, and the extensions that people have, on top of Oxidist.
test-ecosystem: $(VENV)/.tools
	$(BIN)/python tests/run.py --only ecosystem $(ARGS)

# The inner loop under the CPython of Debian's unstable: as the superuser, with debootstrap.
test-newest: $(VENV)/.tools
	tests/newest.sh 3.14 $(ARGS)

# Side by side with the machine's own distutils and a current setuptools.
bench: $(VENV)/.tools
	$(BIN)/python benches/run.py

# A debug build linked into python/: then `PYTHONPATH=python .venv/bin/python -m pytest tests/test_x.py`.
develop: $(VENV)/.tools
	cargo build -p oxidist-python
	ln -sf ../../target/debug/lib_core.so python/oxidist/_core.abi3.so

lint: $(VENV)/.tools
	$(BIN)/python tests/run.py --only lint

clean:
	rm -rf target dist build $(VENV) .venvs python/oxidist/_core.abi3.so

# The tools, pinned. No setuptools: it would put its own distutils in front of the one in python/.
$(VENV)/.tools: tests/tools.txt tests/requirements.txt
	@command -v cargo >/dev/null || { echo "cargo is missing: install Rust (https://rustup.rs)" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -r tests/tools.txt
	$(BIN)/python -m pip uninstall -q -y setuptools 2>/dev/null
	@touch $@
