# Each target sets up what it needs, says what it is doing, and is quick the second time.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

DIST := target/dist
PREFIX ?= /usr/local
DESTDIR ?=
TIME ?= 60
CORE := Cargo.toml Cargo.lock tools/build.sh $(shell git ls-files core/src core/Cargo.toml host/src host/Cargo.toml)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: demo
demo: dist ## one trace from a Vue page through Python to Ruby, in a real browser; SERVE=1 keeps it up
	@tools/demo.sh $(if $(SERVE),--serve $(SERVE))

.PHONY: test
test: dist ## every test of all languages
	@tools/test.sh

.PHONY: pythons
pythons: $(DIST)/.python ## the Python suite on each CPython from 3.10 to 3.14 that is here (not in CI)
	@tools/test.sh pythons

.PHONY: rubies
rubies: $(DIST)/.ruby ## parts of the Ruby suite on the Ruby and Rails of the next Debian, as root (not in CI)
	@tools/test.sh rubies

.PHONY: nightly
nightly: $(DIST)/.python $(DIST)/.ruby ## doctor behind 11 proxies, docs/servers.md against them, RabbitMQ, the release; takes long (not in CI)
	@tools/test.sh brokers
	@tools/test.sh servers
	@$(MAKE) --no-print-directory semver release
	@python3 tools/release --again

.PHONY: dist
ifdef TARGET
dist:
	@echo "dist: building the C library for $(TARGET)"
	@TARGET="$(TARGET)" tools/build.sh c "$(DIST)/$(TARGET)"
else
dist: ## the C library, one wheel and one source gem, in target/dist; TARGET=TRIPLE: the C library for another system
	@$(MAKE) --silent --no-print-directory -j2 $(DIST)/.c $(DIST)/.python $(DIST)/.ruby
endif

$(DIST)/.c: $(CORE) $(shell git ls-files ffi-c)
	@echo "dist: building the C library"
	@tools/build.sh c $(DIST) && touch $@

$(DIST)/.python: $(CORE) $(shell git ls-files bindings-python)
	@echo "dist: building the Python wheel"
	@tools/build.sh python $(DIST) && touch $@

$(DIST)/.ruby: $(CORE) $(shell git ls-files bindings-ruby)
	@echo "dist: building the Ruby gem"
	@tools/build.sh ruby $(DIST) && touch $@

.PHONY: release
release: ## all files of a release, built and checked, in target/release-files; PARTS="crates c gems" builds these
	@python3 tools/release $(PARTS)

.PHONY: release-check
release-check: ## the C library, the crates and the sdist built again, in another folder, unchecked: the bytes must be the same; PARTS as above
	@python3 tools/release --again $(or $(PARTS),c crates sdist)

.PHONY: semver
semver: ## the crates' and the C library's interfaces beside those of the last tagged release, or of SINCE=REVISION
	@tools/release/semver.py $(SINCE)

.PHONY: publish
publish: ## what would be published TO=pypi, crates, gems or "github TAG"; PUBLISH=1, for the release workflow, does it
	@tools/release/publish.py $(TO)

.PHONY: install
install: $(DIST)/.c ## the C library with pkg-config and CMake files, into PREFIX (and DESTDIR)
	@tools/docs.sh man
	@PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)" tools/install.sh $(DIST)

.PHONY: embedded
embedded: ## the core and the C library on a Cortex-M4 under QEMU: no panic reachable, code size, stack
	@tools/embed.sh

.PHONY: fuzz
fuzz: ## every fuzz target for TIME seconds each
	@tools/fuzz.sh $(TIME)

.PHONY: differential
differential: ## 200,000 regexes of each dialect beside CPython, Ruby and Node, 100,000 pages beside parse5 (not in CI)
	@tools/test.sh regexes 200000 $(or $(SEED),2)
	@tools/test.sh differential 20000 $(or $(SEED),1 2 3 4 5)

.PHONY: mutants
mutants: ## changes the core in every way and tells which changes no test notices; takes hours
	@tools/test.sh mutants

.PHONY: miri
miri: ## tests under Miri, where the nightly toolchain has it (not in CI)
	@tools/test.sh miri

.PHONY: bench
bench: ## the workloads beside every peer and the floor of each language; QUICK=1 only sees that it runs
	@QUICK=$(QUICK) tools/measure.sh timings

.PHONY: instructions
instructions: ## instructions per operation beside the checked-in table; BLESS=1 writes it anew
	@tools/measure.sh instructions

.PHONY: check
check: ## formatting, lints, and that what is generated is fresh
	@tools/check.sh

.PHONY: docs
docs: ## the documentation site with the reference of each language, in target/docs
	@tools/docs.sh

.PHONY: conformance
conformance: ## the conformance vectors with runners in three languages, as a tarball in target/release-files
	@python3 tools/release conformance

.PHONY: clean
clean: ## remove everything that was built
	@rm -rf target
