-- Bounds of what is done without a person, and messages that actions send.

ALTER TYPE block_type ADD VALUE 'AUTOMATION_STOPPED';
ALTER TYPE block_type ADD VALUE 'AUTOMATION_RESUMED';

-- Counted against the most that hosts may do by themselves in a stretch of time.
ALTER TABLE action_executions ADD COLUMN is_automatic boolean NOT NULL DEFAULT false;
CREATE INDEX action_executions_automatic ON action_executions (requested_at DESC) WHERE is_automatic;

-- One row: the switch that stops automatic actions, and the lock of whoever is about to take some.
CREATE TABLE automation (
    id         boolean PRIMARY KEY DEFAULT true CHECK (id),
    stopped_at timestamptz,
    stopped_by text CHECK (stopped_by <> ''),
    reason     text CHECK (reason <> ''),
    CHECK (num_nulls(stopped_at, stopped_by, reason) IN (0, 3))
);

INSERT INTO automation DEFAULT VALUES;

-- Which action a message belongs to, and the configured name of where it goes.
ALTER TABLE outbox
    ADD COLUMN action_id uuid UNIQUE REFERENCES action_executions ON DELETE CASCADE,
    ADD COLUMN endpoint text CHECK (endpoint <> ''),
    ADD CHECK (kind <> 'WEBHOOK' OR num_nulls(action_id, endpoint) = 0);

CREATE INDEX outbox_dead ON outbox (dead_at DESC, id DESC) WHERE dead_at IS NOT NULL;
