-- One row is one anomaly: findings of one detector, subject and kind within the cool-down.

CREATE TABLE anomaly_detections (
    id          uuid PRIMARY KEY,
    type        anomaly_type NOT NULL,
    kind        text NOT NULL CHECK (kind <> ''),
    detector    text NOT NULL CHECK (detector <> ''),
    plugin_hash bytea CHECK (length(plugin_hash) = 32),
    symbol      text NOT NULL CHECK (symbol <> ''),
    severity    anomaly_severity NOT NULL,
    score       double precision NOT NULL CHECK (score BETWEEN 0 AND 1),
    observed    double precision,
    expected    double precision,
    message     text NOT NULL,
    evidence    jsonb NOT NULL DEFAULT '{}',
    findings    integer NOT NULL CHECK (findings > 0),
    opened_at   timestamptz NOT NULL,
    last_at     timestamptz NOT NULL CHECK (last_at >= opened_at),
    recorded_at timestamptz NOT NULL,
    is_real     boolean,
    marked_by   text,
    marked_at   timestamptz,
    CHECK ((is_real IS NULL) = (marked_at IS NULL) AND (is_real IS NULL) = (marked_by IS NULL)),
    UNIQUE (symbol, detector, kind, opened_at)
);

CREATE INDEX anomaly_detections_newest ON anomaly_detections (opened_at DESC, id DESC);
CREATE INDEX anomaly_detections_symbol ON anomaly_detections (symbol, severity, opened_at DESC, id DESC);
CREATE INDEX anomaly_detections_severity ON anomaly_detections (severity, opened_at DESC, id DESC);
CREATE INDEX anomaly_detections_marked ON anomaly_detections (detector, opened_at DESC, id DESC) INCLUDE (is_real)
    WHERE is_real IS NOT NULL;
CREATE INDEX anomaly_detections_type ON anomaly_detections (type, opened_at DESC, id DESC);

CREATE TABLE algorithm_conflicts (
    id           uuid PRIMARY KEY,
    type         anomaly_type NOT NULL DEFAULT 'ALGORITHM_CONFLICT',
    kind         text NOT NULL CHECK (kind <> ''),
    detector     text NOT NULL CHECK (detector <> ''),
    plugin_hash  bytea CHECK (length(plugin_hash) = 32),
    symbol       text NOT NULL CHECK (symbol <> ''),
    user_id      text CHECK (user_id <> ''),
    severity     anomaly_severity NOT NULL,
    score        double precision NOT NULL CHECK (score BETWEEN 0 AND 1),
    -- Per cent, weighted by confidence; they sum to 100.
    disagreement double precision NOT NULL CHECK (disagreement BETWEEN 0 AND 100),
    consensus    double precision NOT NULL CHECK (consensus BETWEEN 0 AND 100),
    -- What most of them want.
    majority     vote,
    -- By algorithm: {"macd": {"vote": "BUY", "confidence": 0.8}, ...}
    signals      jsonb NOT NULL DEFAULT '{}',
    dissenting   text[] NOT NULL DEFAULT '{}',
    observed     double precision,
    expected     double precision,
    message      text NOT NULL,
    evidence     jsonb NOT NULL DEFAULT '{}',
    findings     integer NOT NULL CHECK (findings > 0),
    opened_at    timestamptz NOT NULL,
    last_at      timestamptz NOT NULL CHECK (last_at >= opened_at),
    recorded_at  timestamptz NOT NULL,
    is_real      boolean,
    marked_by    text,
    marked_at    timestamptz,
    CHECK (abs(disagreement + consensus - 100) < 1e-6),
    CHECK ((is_real IS NULL) = (marked_at IS NULL) AND (is_real IS NULL) = (marked_by IS NULL)),
    UNIQUE NULLS NOT DISTINCT (symbol, user_id, detector, kind, opened_at)
);

CREATE INDEX algorithm_conflicts_newest ON algorithm_conflicts (opened_at DESC, id DESC);
CREATE INDEX algorithm_conflicts_symbol ON algorithm_conflicts (symbol, severity, opened_at DESC, id DESC);
CREATE INDEX algorithm_conflicts_severity ON algorithm_conflicts (severity, opened_at DESC, id DESC);
CREATE INDEX algorithm_conflicts_marked ON algorithm_conflicts (detector, opened_at DESC, id DESC) INCLUDE (is_real)
    WHERE is_real IS NOT NULL;
CREATE INDEX algorithm_conflicts_user ON algorithm_conflicts (user_id, opened_at DESC, id DESC) WHERE user_id IS NOT NULL;

CREATE TABLE behavior_anomalies (
    id          uuid PRIMARY KEY,
    type        anomaly_type NOT NULL,
    kind        text NOT NULL CHECK (kind <> ''),
    detector    text NOT NULL CHECK (detector <> ''),
    plugin_hash bytea CHECK (length(plugin_hash) = 32),
    user_id     text NOT NULL CHECK (user_id <> ''),
    severity    anomaly_severity NOT NULL,
    score       double precision NOT NULL CHECK (score BETWEEN 0 AND 1),
    observed    double precision,
    expected    double precision,
    message     text NOT NULL,
    evidence    jsonb NOT NULL DEFAULT '{}',
    findings    integer NOT NULL CHECK (findings > 0),
    opened_at   timestamptz NOT NULL,
    last_at     timestamptz NOT NULL CHECK (last_at >= opened_at),
    recorded_at timestamptz NOT NULL,
    is_real     boolean,
    marked_by   text,
    marked_at   timestamptz,
    CHECK ((is_real IS NULL) = (marked_at IS NULL) AND (is_real IS NULL) = (marked_by IS NULL)),
    UNIQUE (user_id, detector, kind, opened_at)
);

CREATE INDEX behavior_anomalies_newest ON behavior_anomalies (opened_at DESC, id DESC);
CREATE INDEX behavior_anomalies_user ON behavior_anomalies (user_id, severity, opened_at DESC, id DESC);
CREATE INDEX behavior_anomalies_severity ON behavior_anomalies (severity, opened_at DESC, id DESC);
CREATE INDEX behavior_anomalies_marked ON behavior_anomalies (detector, opened_at DESC, id DESC) INCLUDE (is_real)
    WHERE is_real IS NOT NULL;
CREATE INDEX behavior_anomalies_type ON behavior_anomalies (type, opened_at DESC, id DESC);
