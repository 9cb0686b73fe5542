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

PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64

.PHONY: help build run install test bench fuzz lint release release-check vulncheck clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

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

# Nothing of the machine goes in: no paths, no C library, no processor beyond the oldest, no settings of the person's.
release: ## build for every platform into dist, with checksums; the same commit and Go give the same bytes
	rm -rf dist && mkdir dist
	@set -e; for platform in $(PLATFORMS); do \
		os=$${platform%/*} arch=$${platform#*/} ext=; [[ $$os != windows ]] || ext=.exe; \
		file=dist/locorum-tui_$(VERSION)_$${os}_$$arch$$ext; echo "$$file"; \
		GOFLAGS= GOEXPERIMENT= GOAMD64=v1 GOARM64=v8.0 CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch \
			go build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o "$$file" .; \
	done
	@cd dist && { sha256sum locorum-tui_* 2>/dev/null || shasum -a 256 locorum-tui_*; } >SHA256SUMS && cat SHA256SUMS

release-check: release ## release, then once more from a clone elsewhere with an empty cache: the bytes must be the same
	@set -e; there=$$(mktemp -d); trap 'chmod -R u+w "$$there"; rm -rf "$$there"' EXIT; \
		git clone -q . "$$there/clone"; \
		GOCACHE="$$there/cache" $(MAKE) --no-print-directory -C "$$there/clone" release VERSION='$(VERSION)' >/dev/null; \
		diff dist/SHA256SUMS "$$there/clone/dist/SHA256SUMS" && echo "the same bytes"

vulncheck: ## look for known vulnerabilities in what is called; asks vuln.go.dev
	go run golang.org/x/vuln/cmd/govulncheck@v1.1.4 ./...

clean: ## remove what was built
	rm -rf bin dist
