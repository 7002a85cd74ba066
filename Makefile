# Proofback: proof that your backups come back.
SHELL := /bin/bash
PROOFBACK := .build/debug/proofback
TEST := scripts/run-tests
# Without lines for debuggers, and modules as a whole: from nothing that takes three quarters of the time.
# `make BUILD='swift build' …` has the lines, and is quicker after small changes.
BUILD := swift build -debug-info-format none -Xswiftc -whole-module-optimization -Xswiftc -num-threads -Xswiftc 2

.DEFAULT_GOAL := help
.PHONY: help needs packages build release demo demo-stop test test-all fuzz browser packaging deb bench docs tour format lint clean

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{ printf "  make %-10s %s\n", $$1, $$2 }'

needs: ## install what is missing on Debian 12 (apt-get, and .venv for PyPI)
	@scripts/install-needs

packages:
	@scripts/install-needs packages

build: needs ## build for development
	$(BUILD)

release: needs ## build the program to install: .build/release/proofback
	swift build -c release --static-swift-stdlib --product proofback

demo: build ## prove and disprove backups before your eyes (under two minutes after the build)
	@demo/run $(PROOFBACK)

demo-stop: ## end the server that the demo left running, and remove all that it has
	@demo/stop

test: packages lint ## build and run the tests (under 25 minutes)
	@# What is fetched has the moments in which the compiler leaves a processor idle.
	nice -n 19 sh -c 'scripts/install-needs && scripts/test-images everything > /dev/null' & fetched=$$!; \
	  $(BUILD) --build-tests; built=$$?; wait $$fetched && exit $$built
	$(TEST)
	@# A browser waits more than it works.
	@Tests/Packaging/run --quick > .build/packaging.log 2>&1 & Tests/Browser/run --only stories; told=$$?; \
	  wait $$!; packed=$$?; cat .build/packaging.log; exit $$((told || packed))
	@.venv/bin/python -B Tests/Browser/main.py --stories --check

test-all: needs lint ## the tests, and what takes longer
	$(BUILD) --build-tests
	PROOFBACK_TEST_ALL=1 $(TEST)
	@Tests/Browser/run
	@Tests/Packaging/run
	@scripts/corpus $(PROOFBACK)

fuzz: needs ## give the readers damaged bytes for ten minutes
	$(BUILD) --build-tests
	PROOFBACK_FUZZ_SECONDS=600 $(TEST) --filter FuzzTests

browser: needs build ## the stories and the looks of all pages in a real browser
	@Tests/Browser/run

packaging: needs build ## packages, images, units and deployment, tried for real (needs root)
	@Tests/Packaging/run

deb: release ## the Debian package, in .build/packages
	@packaging/debian/build

bench: release ## measure against plain ways of doing the same (needs root)
	bench/run --proofback .build/release/proofback
	bench/serve --proofback .build/release/proofback
	bench/start --proofback .build/release/proofback
	$(BUILD) --build-tests
	PROOFBACK_BENCH=1 scripts/run-tests --filter RemoteBench

docs: needs build ## write the docs that are made from code
	$(PROOFBACK) findings > docs/findings.md
	$(PROOFBACK) channels > docs/channels.md
	$(PROOFBACK) workplaces > docs/workplaces.md
	@.venv/bin/python -B Tests/Browser/main.py --stories

tour: needs build ## make docs/tour.md, the product in ten pictures
	@Tests/Browser/run --tour

format: ## format all Swift code
	swift format --in-place --recursive Sources Tests Package.swift

lint: ## check the format of all Swift code
	swift format lint --strict --recursive Sources Tests Package.swift

clean: demo-stop ## remove what was built
	rm -rf .build .venv demo/work
