# Custard. `make help` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -s -w -X main.version=$(VERSION)
PROGRAMS := custard custard-server custard-agent
# Packages with goroutines of their own: these run under the race detector too.
RACE     := ./agent/... ./server/ask/... ./server/translate/builtin/ ./internal/local/... ./internal/output/... ./internal/wire/ ./server/hub/... ./internal/client/...
FUZZTIME ?= 10s

export CGO_ENABLED ?= 0

.PHONY: help setup build test unit race conformance manifests fuzz lint bench demo clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what the tests need: PostgreSQL, sqlite3, tmux, a C compiler (Debian packages)
	@scripts/setup

build: ## build the programs into bin/
	@mkdir -p bin
	@for p in $(PROGRAMS); do go build -ldflags '$(LDFLAGS)' -o bin/$$p ./cmd/$$p || exit 1; done

test: setup ## everything that CI runs: vet, unit and end-to-end tests, race detector, independent parsers, a little fuzzing
	go vet ./...
	$(MAKE) --no-print-directory unit race conformance manifests fuzz

unit: ## unit, golden and end-to-end tests
	go test -timeout 15m ./...

race: ## the packages with goroutines, under the race detector
	CGO_ENABLED=1 go test -race -short -timeout 15m $(RACE)

conformance: ## PostgreSQL's own grammar and TiDB's parser read what we print (a module of its own, with cgo)
	cd internal/query/conformance && CGO_ENABLED=1 go test ./...

manifests: ## the compose file and the Kubernetes manifests, read as those programs read them (a module of its own)
	cd deploy/validate && go test ./...

fuzz: ## each fuzz target for FUZZTIME (10s)
	@scripts/fuzz $(FUZZTIME)

lint: ## go vet, gofmt and golangci-lint (built on first use: some minutes)
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo 'not gofmt-clean:'; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run ./...

bench: ## the benchmarks; bench/README.md says how the figures there came about
	go test -run '^$$' -bench . -benchmem ./...

demo: ## ask the demo database three questions
	go run ./cmd/custard demo

clean: ## remove what was built
	rm -rf bin dist
