CREATE TABLE action_executions (
    id              uuid PRIMARY KEY,
    decision_id     uuid NOT NULL REFERENCES anomaly_decisions ON DELETE CASCADE,
    type            action_type NOT NULL,
    status          action_status NOT NULL,
    subject_type    subject_type NOT NULL,
    subject         text NOT NULL CHECK (subject <> ''),
    parameters      jsonb NOT NULL DEFAULT '{}',
    -- What undoes it; null where nothing can.
    compensation    jsonb,
    result          jsonb,
    error           text,
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    -- The same action is never executed twice.
    idempotency_key text NOT NULL UNIQUE CHECK (idempotency_key <> ''),
    requested_at    timestamptz NOT NULL,
    finished_at     timestamptz CHECK (finished_at >= requested_at),
    duration        bigint CHECK (duration >= 0),
    rolled_back_at  timestamptz,
    rolled_back_by  text,
    rollback_reason text,
    rollback_error  text,
    CHECK ((status = 'PENDING') = (finished_at IS NULL)),
    CHECK ((status = 'PENDING') = (duration IS NULL)),
    CHECK ((status = 'FAILED') = (error IS NOT NULL)),
    CHECK ((status = 'ROLLED_BACK') = (rolled_back_at IS NOT NULL)),
    CHECK ((rolled_back_at IS NULL) = (rolled_back_by IS NULL))
);
COMMENT ON COLUMN action_executions.duration IS 'microseconds';

CREATE INDEX action_executions_newest ON action_executions (requested_at DESC, id DESC);
CREATE INDEX action_executions_decision ON action_executions (decision_id, requested_at);
CREATE INDEX action_executions_type ON action_executions (type, requested_at DESC, id DESC) INCLUDE (duration);
CREATE INDEX action_executions_status ON action_executions (status, requested_at DESC, id DESC);
CREATE INDEX action_executions_subject ON action_executions (subject_type, subject, requested_at DESC, id DESC);
CREATE INDEX action_executions_reversible ON action_executions (requested_at DESC, id DESC)
    WHERE status = 'SUCCEEDED' AND compensation IS NOT NULL;

-- What trading systems ask for before they act. A row is in force until it is removed or expires; an action whose
-- control is in force cannot be deleted.
CREATE TABLE active_controls (
    id           uuid PRIMARY KEY,
    action_id    uuid NOT NULL UNIQUE REFERENCES action_executions ON DELETE RESTRICT,
    type         action_type NOT NULL,
    subject_type subject_type NOT NULL,
    subject      text NOT NULL CHECK (subject <> ''),
    value        jsonb NOT NULL DEFAULT '{}',
    set_at       timestamptz NOT NULL,
    expires_at   timestamptz CHECK (expires_at > set_at)
);

CREATE INDEX active_controls_subject ON active_controls (subject_type, subject, type);
CREATE INDEX active_controls_expiry ON active_controls (expires_at) WHERE expires_at IS NOT NULL;

-- Decisions that no clean-up removes, with their anomalies and actions, and until when (null: until they change).
CREATE VIEW held_decisions AS
    SELECT id, market_anomaly_id, conflict_id, behavior_id, NULL::timestamptz AS until
    FROM anomaly_decisions WHERE status = 'PENDING'
    UNION ALL
    SELECT decision.id, decision.market_anomaly_id, decision.conflict_id, decision.behavior_id, control.expires_at
    FROM active_controls AS control
    JOIN action_executions AS action ON action.id = control.action_id
    JOIN anomaly_decisions AS decision ON decision.id = action.decision_id;
