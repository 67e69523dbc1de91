-- What ran: the bytes of every component and policy set, by SHA-256.

CREATE TABLE component_versions (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    name       text NOT NULL CHECK (name <> ''),
    version    text NOT NULL,
    bytes      bytea NOT NULL,
    first_seen timestamptz NOT NULL
);

CREATE INDEX component_versions_name ON component_versions (name, first_seen DESC);

CREATE TABLE policy_versions (
    hash       bytea PRIMARY KEY CHECK (length(hash) = 32),
    -- By file name.
    files      jsonb NOT NULL,
    first_seen timestamptz NOT NULL
);

CREATE TABLE backtest_runs (
    id              uuid PRIMARY KEY,
    recorded_at     timestamptz NOT NULL,
    data_digest     bytea NOT NULL CHECK (length(data_digest) = 32),
    plugins_digest  bytea NOT NULL CHECK (length(plugins_digest) = 32),
    settings_digest bytea NOT NULL CHECK (length(settings_digest) = 32),
    result_digest   bytea NOT NULL CHECK (length(result_digest) = 32),
    -- As `--out` writes it, byte for byte.
    result          bytea NOT NULL
);

CREATE INDEX backtest_runs_newest ON backtest_runs (recorded_at DESC, id DESC);
CREATE INDEX backtest_runs_result ON backtest_runs (result_digest);

ALTER TABLE block_references ADD COLUMN backtest_run_id uuid REFERENCES backtest_runs ON DELETE SET NULL;
CREATE INDEX block_references_backtest_run ON block_references (backtest_run_id, block_number) WHERE backtest_run_id IS NOT NULL;

CREATE TABLE api_keys (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    -- SHA-256 of the key, which itself is shown once and kept nowhere.
    hash       bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    scopes     text[] NOT NULL CHECK (scopes <@ ARRAY['viewer', 'operator', 'ingest', 'admin'] AND scopes <> '{}'),
    created_at timestamptz NOT NULL,
    expires_at timestamptz CHECK (expires_at > created_at),
    revoked_at timestamptz
);

CREATE TABLE idempotency_keys (
    owner          text NOT NULL,
    key            text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    request_digest bytea NOT NULL CHECK (length(request_digest) = 32),
    -- Null while the first request is under way.
    response       jsonb,
    created_at     timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL CHECK (expires_at > created_at),
    PRIMARY KEY (owner, key)
);

CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);

CREATE TABLE jobs (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL CHECK (kind <> ''),
    input        jsonb NOT NULL,
    status       job_status NOT NULL,
    progress     double precision NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 1),
    result       jsonb,
    error        text,
    attempts     integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    run_at       timestamptz NOT NULL,
    locked_until timestamptz,
    created_at   timestamptz NOT NULL,
    finished_at  timestamptz,
    CHECK ((finished_at IS NOT NULL) = (status IN ('SUCCEEDED', 'FAILED', 'CANCELLED')))
);

CREATE INDEX jobs_due ON jobs (run_at, id) WHERE status IN ('QUEUED', 'RUNNING');

-- Effects outside, written in the transaction that decided on them and delivered afterwards.
CREATE TABLE outbox (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind            text NOT NULL CHECK (kind <> ''),
    message         jsonb NOT NULL,
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at timestamptz NOT NULL,
    created_at      timestamptz NOT NULL,
    delivered_at    timestamptz,
    -- Given up.
    dead_at         timestamptz,
    error           text,
    CHECK (delivered_at IS NULL OR dead_at IS NULL)
);

CREATE INDEX outbox_due ON outbox (next_attempt_at, id) WHERE delivered_at IS NULL AND dead_at IS NULL;
