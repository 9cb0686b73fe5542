# locorum-tui: `make` alone lists the targets.
.DEFAULT_GOAL := help
SHELL := bash

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS  := -s -w -X main.version=$(VERSION)
BENCH    ?= .
FUZZTIME ?= 20s
# The race detector makes a test several times slower; the daemon's share does not change.
TESTFLAGS ?=
# All of staticcheck's analyses but the form of comments, which tests hold more exactly, and of errors that begin with a
# field's name.
CHECKS   := all,-ST1000,-ST1020,-ST1021,-ST1022,-ST1005

.PHONY: help build run install test bench fuzz lint clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/locorum-tui, stripped, with its version from git
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/locorum-tui .

run: build ## build and run it
	bin/locorum-tui

install: ## install it into Go's bin folder
	CGO_ENABLED=0 go install -trimpath -ldflags '$(LDFLAGS)' .

test: ## run all tests with the race detector; those that need Docker skip without a daemon
	go test -race -timeout 20m $(TESTFLAGS) ./...

bench: ## run the benchmarks (BENCH=regexp narrows them)
	go test -run '^$$' -bench '$(BENCH)' -benchmem -timeout 30m ./...

fuzz: ## fuzz every target for FUZZTIME (20s)
	@set -e; for dir in $$(go list -f '{{.Dir}}' ./...); do \
		for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9]+' $$dir/*_test.go 2>/dev/null | cut -c6-); do \
			echo "$$target"; (cd $$dir && go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) .); \
		done; \
	done

lint: ## gofmt, go vet (for Windows too), staticcheck, and a go.mod that is tidy
	@out=$$(gofmt -l $$(git ls-files '*.go')); [[ -z $$out ]] || { echo "not gofmt-clean:"; echo "$$out"; exit 1; }
	go vet ./...
	GOOS=windows go vet ./...
	go tool staticcheck -checks '$(CHECKS)' ./...
	go mod tidy -diff

clean: ## remove what was built
	rm -rf bin
