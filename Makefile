# Needs python3 3.11 to 3.13 with its venv module; everything else is set up on the first use.
PYTHON ?= python3
# auto: the fastest stack of this machine. STACK=ipex or STACK=native chooses one (in a folder of its own).
STACK ?= auto
ARGS ?=

SETUP = $(PYTHON) scripts/setup.py --stack $(STACK)
# pip's own errors are enough; make need not repeat them.
.SILENT:
.PHONY: help run test test-all lint contract fuzz clients sanitize wine-test wheel wheel-test folder one-file deb windows deb-test folder-test one-file-test windows-test packages check lock newest fresh-check clean

help:
	echo "make run                  set up and open the window (without a display: play the demo)"
	echo "make run ARGS='ask Hi'    the same as 'llmdesk ask Hi'"
	echo "make run STACK=native     on plain PyTorch, in .venv-native"
	echo "make test                 the tests; ARGS are pytest's"
	echo "make test-all             the same and the long trials (docs/decisions/0046)"
	echo "make lint                 format, lint, types, layers"
	echo "make contract STACK=native   the engine's tests on the second stack"
	echo "make fuzz                 3,000 spoiled files through the commands (ARGS='--cases 500 --kinds gguf')"
	echo "make clients              other programs' clients against a real server (ARGS='--only openai,llm')"
	echo "make sanitize             the kernels under gcc's sanitizers"
	echo "make wine-test            the kernels for Windows under wine, for macOS compiled (installs wine64 as root)"
	echo "make wheel                wheels with ready-made kernels for Linux and Windows, into dist/"
	echo "make wheel-test           install that one for Linux by pip in a new virtual environment, ask"
	echo "make folder               the program with all that it needs as .tar.gz, into dist/ (Debian or Ubuntu)"
	echo "make folder-test          unpack that in a fresh root, start it by a double click, ask (as root)"
	echo "make one-file             a single file of the same, which is started as it is"
	echo "make one-file-test        start that by a double click, ask, twice, and from a medium that cannot be written (as root)"
	echo "make deb                  a Debian package of the same"
	echo "make windows PYTHON_ZIP=F an installer for Windows; F is python.org's Windows embeddable package (64-bit)"
	echo "make windows-test         install it under wine, over itself, and remove it (without PYTHON_ZIP: one without Python)"
	echo "make deb-test             install that into a fresh root, start it by a double click, ask, remove it (as root)"
	echo "make packages             all of these in turn, each made and tried; a table of times at the end (as root)"
	echo "make check                pyproject.toml, lock files and the environment agree"
	echo "make lock                 renew the lock files, run everything, say what moved"
	echo "make newest               all tests on the newest versions that pyproject.toml allows"
	echo "make fresh-check          both README commands in a new clone with an empty HOME (FONTS=dejavu: with that font only)"
	echo "make clean                remove the environments and caches (models you fetched stay)"

run:
	$(SETUP) run $(ARGS)

test:
	$(SETUP) --dev --desktop-tools python scripts/run_tests.py --durations=25 $(ARGS)

test-all:
	$(SETUP) --dev --desktop-tools python scripts/run_tests.py --all --durations=25 $(ARGS)

lint:
	$(SETUP) --dev python -m ruff format --check .
	$(SETUP) --dev python -m ruff check .
	$(SETUP) --dev python -m mypy
	$(SETUP) --dev python -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

contract:
	$(SETUP) --dev python scripts/run_tests.py tests/contract tests/engine $(ARGS)

fuzz:
	$(SETUP) --dev python -m tests.fuzz.run $(ARGS)

clients:
	$(SETUP) --dev python -m tests.clients.run $(ARGS)

sanitize:
	scripts/sanitize.sh

wine-test:
	$(SETUP) --dev python -m tests.kernels.wine

wheel folder one-file deb:
	$(SETUP) --package-tools python scripts/package.py $@

wheel-test:
	$(SETUP) python scripts/wheel_test.py

folder-test:
	$(SETUP) --desktop-tools --package-tools python scripts/folder_test.py $(ARGS)

one-file-test:
	$(SETUP) --desktop-tools --package-tools python scripts/one_file_test.py $(ARGS)

windows:
	$(SETUP) --package-tools python scripts/package.py $@ $(if $(PYTHON_ZIP),--python $(PYTHON_ZIP))

windows-test:
	$(SETUP) --package-tools python scripts/package.py windows $(if $(PYTHON_ZIP),--python $(PYTHON_ZIP),--without-python)
	$(SETUP) --dev python scripts/windows_test.py

deb-test:
	$(SETUP) --desktop-tools --package-tools python scripts/deb_test.py $(ARGS)

packages:
	$(PYTHON) scripts/packages.py "$(MAKE)"

check:
	$(SETUP) --dev python scripts/lock.py check

lock:
	$(SETUP) --dev python scripts/lock.py renew
	.ci/run
	$(SETUP) --dev python scripts/lock.py moved

newest:
	$(SETUP) --dev python scripts/lock.py newest
	failed=0; $(SETUP) --newest --dev --desktop-tools python scripts/run_tests.py $(ARGS) || failed=$$?; \
	$(SETUP) --dev python scripts/lock.py trial; exit $$failed

fresh-check:
	scripts/fresh_check.sh

clean:
	rm -rf .venv .venv-* build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
