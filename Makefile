# Everything a newcomer needs. `make backtest` and `make test` do all their own set-up.

# rustup may download for `setup` alone, unless the environment forbids that too; cargo never waits for it.
export RUSTUP_DOWNLOADS := $(or $(RUSTUP_AUTO_INSTALL),1)
export RUSTUP_AUTO_INSTALL := 0

RELEASE := target/release/host
DEBUG := target/debug/host

.PHONY: backtest serve test soak bench lint sqlx schemas setup postgres clients load

## Run all detectors on the built-in 30 days.
backtest: setup
	@echo "Compiling the host; the first time takes some minutes." >&2
	@cargo build --quiet --release -p host
	@$(RELEASE) backtest --plugins plugins/

## Run a host with a private Postgres in development mode, and all plugins and policies of this repository.
serve: setup postgres
	@echo "Compiling the host; the first time takes some minutes."
	@cargo build --quiet --release -p host
	@$(RELEASE) plugin build plugins
	@$(RELEASE) serve --dev

## Run all tests.
test: setup postgres clients
	cargo build --workspace --bins --tests
	$(DEBUG) plugin build plugins
	$(DEBUG) plugin build tests/hostile
	cargo test --workspace

## Run the tests that take long.
soak: test
	cargo test --workspace -- --ignored

## Measure; docs/PERFORMANCE.md says what and how.
bench: setup postgres
	cargo build --release --workspace --bins --benches
	$(RELEASE) plugin build plugins
	cargo bench --workspace --bench figures

## Measure a host over the network: rows, answers, subscribers.
load: setup postgres
	cargo build --release --workspace --bins --benches
	$(RELEASE) plugin build plugins
	cargo bench --workspace --bench load

## Check formatting and lints, of plugins as they compile to wasm too.
lint: setup postgres
	cargo fmt --all --check
	.ci/sqlx --check cargo clippy --workspace --all-targets -- -D warnings

## Write down what SQL statements look like, after they or migrations changed.
sqlx: postgres
	.ci/sqlx cargo check --quiet -p host --lib

## Write down schemas and the reference of settings, after the code that they describe changed.
schemas:
	cargo build --workspace --bins --tests
	$(DEBUG) schema config > host/config.schema.json
	$(DEBUG) schema openapi > host/openapi.json
	$(DEBUG) schema graphql > host/schema.graphql
	$(DEBUG) config reference > docs/CONFIGURATION.md

setup:
	@.ci/setup

postgres:
	@.ci/postgres

clients:
	@.ci/clients
