# fleetshift: the two commands are `make run` and `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
BIN := .build/release/fleetshift
# With Swift's libraries inside it starts in half the time, and runs where no Swift is.
RELEASE := swift build -c release --static-swift-stdlib
SCENARIO ?= Scenarios/akamai-warm-year.yaml
PREFIX ?= /usr/local
# What `fleetshift --version` says of the build.
export FLEETSHIFT_COMMIT ?= $(shell git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup build assets run test fuzz lint format coverage bench bench-build bench-images sanitize plug-ins snippets docs \
  reference state-diagram interface dist fresh-machine check torture faults slurm sweep-check trials store report-check crash \
  real-guest predictions install calibration manual reports validation fit-check clean

help: ## Shows this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## Installs what is missing on a Debian machine (libgsl-dev and a few more).
	@.ci/setup

build: setup ## Builds the release binary.
	$(RELEASE) --product fleetshift

bench-build: setup ## Builds the program that is timed beside its peers.
	$(RELEASE) --product fleetshift-bench

assets: ## Fetches the chart library for HTML reports (into .build/assets).
	@.ci/assets

run: build ## Simulates the year that Akamai reported (or SCENARIO=...).
	$(BIN) run $(SCENARIO)

test: ## Builds and runs all tests.
	@.ci/setup test
	swift build --build-tests
	@.ci/test

fuzz: setup ## Shows all readers hostile files, each kind for SECONDS (60), guided by coverage; KINDS="image scenario".
	@.ci/fuzz $(or $(SECONDS),60) $(KINDS)

lint: ## Checks the style of all Swift files.
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

format: ## Puts all Swift files into the house style.
	swift format --in-place --recursive --parallel Package.swift Sources Tests

coverage: setup ## Runs all tests and prints line coverage by module.
	@.ci/coverage

bench: build bench-build ## Times ours beside a plain C++ program, SimGrid and SimPy; then a year of the shipped fleet.
	@.ci/bench $(BIN)

bench-images: build ## Times copies of sparse images beside other copiers (root; writes Reports/images).
	@.ci/bench-images $(BIN)

sanitize: setup ## Runs the tests of images, journals and hostile files under both sanitizers (ONLY= for all tests: hours).
	@ONLY=$${ONLY-images} .ci/sanitize

plug-ins: setup ## Builds and runs the package with a strategy, a rule and a score of its own.
	@.ci/plug-ins

snippets: build ## Runs the commands of README and documentation, and lints the scenarios in them.
	@.ci/snippets $(BIN)

docs: build ## Builds the documentation into .build/docs; any warning is an error.
	@.ci/docs

reference: build ## Writes the scenario reference of the documentation anew.
	$(BIN) schema --reference > Documentation/fleetshift.docc/Scenario-reference.md

interface: build ## Writes down the interface for plug-ins anew (Documentation/plug-in-interface.txt).
	@.ci/interface --write

state-diagram: setup ## Writes the diagram of the cutover machine anew.
	FLEETSHIFT_RENEW=1 swift test --filter StateDiagramTests

dist: setup ## Makes .build/dist/fleetshift-VERSION.tar.gz: a binary without Swift libraries, manual, completions, assets (CHARTS=0: without the chart library).
	@.ci/dist

fresh-machine: ## Runs the two commands of the README where nothing is installed (root, debootstrap; else a clean environment).
	@.ci/fresh-machine

check: build ## Runs what ships and must hold: scenarios, bad input, a real cutover.
	@.ci/check $(BIN)

torture: build ## Kills a cutover at 1,000 random instants, goes on with it each time (KILLS, SECONDS), and says what a death costs.
	@.ci/torture $(BIN) --jobs 4 --kills $(or $(KILLS),1000) --seconds $(or $(SECONDS),3600)
	@.ci/redo $(BIN)

faults: build ## Injects faults into the system calls of a cutover; writes Reports/images/faults.md.
	@.ci/faults $(BIN)

slurm: build ## Runs a sweep on a single-node Slurm (installed where it lacks; root), kills shards, loses none.
	@.ci/slurm $(BIN)

sweep-check: build ## A sweep of 4,000 replications: time, kills, 1, 7 and 20 shards; writes Reports/scale-out/sweep.log.
	@.ci/sweep $(BIN)

trials: build ## How often intervals of compare hold the truth (2,000 comparisons) and check raises false alarms (500).
	@.ci/trials $(BIN) $(or $(REPETITIONS),2000)

store: build ## Runs the documentation's examples for sqlite3, pandas and DuckDB.
	@.ci/store $(BIN)

report-check: build ## Opens HTML reports in headless Chromium; writes the screenshots in Reports/report.
	@.ci/report $(BIN)

crash: build ## Cuts the power at every flush of a cutover (root); writes Reports/images/crash.md.
	@.ci/crash $(BIN)

real-guest: build ## Moves the disk of a running QEMU guest over NBD; writes Reports/images/real-guest.md.
	@.ci/real-guest $(BIN)

predictions: build ## Holds cutovers, in sets of 20, against their predictions; writes Reports/images/predictions.md.
	@.ci/predictions $(BIN)

install: build ## Installs the program below PREFIX, with manual pages and shell completions.
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -d $(DESTDIR)$(PREFIX)/share/zsh/site-functions $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	install -m 755 $(BIN) $(DESTDIR)$(PREFIX)/bin/fleetshift
	strip --strip-debug $(DESTDIR)$(PREFIX)/bin/fleetshift
	-@.ci/assets && install -D -m 644 .build/assets/vega-bundle.js $(DESTDIR)$(PREFIX)/share/fleetshift/vega-bundle.js
	rm -rf .build/manual
	$(BIN) --experimental-dump-help | .ci/manual .build/manual
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 .build/manual/*.1
	$(BIN) --generate-completion-script bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/fleetshift
	$(BIN) --generate-completion-script zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_fleetshift
	$(BIN) --generate-completion-script fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/fleetshift.fish

calibration: build ## Fits the Akamai scenario to what was published; writes Reports/calibration.
	@.ci/calibration $(BIN)

manual: build ## Writes the manual pages to .build/manual, and checks them.
	rm -rf .build/manual
	$(BIN) --experimental-dump-help | .ci/manual .build/manual
	@.ci/setup manual
	mandoc -Tlint -Wwarning .build/manual/*.1

reports: build ## Writes the results of the shipped scenarios to Reports/.
	@for scenario in Scenarios/*.yaml; do \
	  name=$$(basename $$scenario .yaml); \
	  rm -rf .build/reports/$$name; \
	  $(BIN) run $$scenario --out .build/reports/$$name > /dev/null; \
	  mkdir -p Reports/$$name && cp .build/reports/$$name/summary.* Reports/$$name/; \
	  echo Reports/$$name; \
	done

validation: build ## Predicts what was measured and writes the errors, tables and plots to Reports/validation.
	@.ci/validation $(BIN)

fit-check: build ## Fits the measured migrations anew and compares the constants with the shipped profile (minutes).
	@.ci/fit $(BIN)

clean: ## Removes everything that was built.
	rm -rf .build Package.resolved
