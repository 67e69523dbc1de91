-- One current decision for an anomaly of any family; what it was before is in decision_revisions.

CREATE TABLE anomaly_decisions (
    id                uuid PRIMARY KEY,
    market_anomaly_id uuid UNIQUE REFERENCES anomaly_detections ON DELETE CASCADE,
    conflict_id       uuid UNIQUE REFERENCES algorithm_conflicts ON DELETE CASCADE,
    behavior_id       uuid UNIQUE REFERENCES behavior_anomalies ON DELETE CASCADE,
    decision          decision_type NOT NULL,
    status            decision_status NOT NULL,
    decided_by        decided_by NOT NULL,
    confidence        double precision CHECK (confidence BETWEEN 0 AND 1),
    reason            text NOT NULL,
    -- Of the model, where one was asked.
    provider          text CHECK (provider <> ''),
    model             text CHECK (model <> ''),
    prompt_hash       bytea CHECK (length(prompt_hash) = 32),
    input_tokens      integer CHECK (input_tokens >= 0),
    output_tokens     integer CHECK (output_tokens >= 0),
    -- US dollars.
    cost              numeric(14, 8) CHECK (cost >= 0),
    policy_hash       bytea CHECK (length(policy_hash) = 32),
    plugin_hash       bytea CHECK (length(plugin_hash) = 32),
    -- Of everything that the decision was made from.
    inputs_digest     bytea CHECK (length(inputs_digest) = 32),
    latency           bigint NOT NULL CHECK (latency >= 0),
    revision          integer NOT NULL DEFAULT 0 CHECK (revision >= 0),
    decided_at        timestamptz NOT NULL,
    reviewed_by       text,
    reviewed_at       timestamptz,
    CHECK (num_nonnulls(market_anomaly_id, conflict_id, behavior_id) = 1),
    CHECK ((reviewed_at IS NULL) = (reviewed_by IS NULL)),
    CHECK (status <> 'PENDING' OR decision = 'REVIEW')
);
COMMENT ON COLUMN anomaly_decisions.latency IS 'microseconds';

CREATE INDEX anomaly_decisions_newest ON anomaly_decisions (decided_at DESC, id DESC);
CREATE INDEX anomaly_decisions_decision ON anomaly_decisions (decision, decided_at DESC, id DESC);
CREATE INDEX anomaly_decisions_provider ON anomaly_decisions (provider, decided_at DESC, id DESC) WHERE provider IS NOT NULL;
CREATE INDEX anomaly_decisions_pending ON anomaly_decisions (decided_at, id) WHERE status = 'PENDING';
CREATE INDEX anomaly_decisions_review ON anomaly_decisions (decided_at, id) WHERE decision = 'REVIEW' AND status = 'DECIDED';
CREATE INDEX anomaly_decisions_dismissed ON anomaly_decisions (decided_at) WHERE decision = 'KEEP' AND status = 'OVERRIDDEN';

CREATE TABLE decision_revisions (
    decision_id uuid NOT NULL REFERENCES anomaly_decisions ON DELETE CASCADE,
    revision    integer NOT NULL CHECK (revision >= 0),
    decision    decision_type NOT NULL,
    status      decision_status NOT NULL,
    decided_by  decided_by NOT NULL,
    confidence  double precision,
    reason      text NOT NULL,
    -- Who, where it was a person.
    actor       text,
    decided_at  timestamptz NOT NULL,
    PRIMARY KEY (decision_id, revision)
);
