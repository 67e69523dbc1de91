-- The ledger. docs/LEDGER.md says what is hashed and signed.

CREATE TABLE blockchain_blocks (
    block_number        bigint PRIMARY KEY CHECK (block_number >= 0),
    at                  timestamptz NOT NULL,
    type                block_type NOT NULL,
    payload             bytea NOT NULL,
    previous_block_hash bytea NOT NULL UNIQUE CHECK (length(previous_block_hash) = 32),
    block_hash          bytea NOT NULL UNIQUE CHECK (length(block_hash) = 32),
    signature           bytea NOT NULL CHECK (length(signature) = 64),
    key_id              bytea NOT NULL CHECK (length(key_id) = 32)
);

CREATE INDEX blockchain_blocks_at ON blockchain_blocks (at DESC, block_number DESC);
CREATE INDEX blockchain_blocks_type ON blockchain_blocks (type, block_number DESC);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the ledger only grows', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER blocks_stay BEFORE UPDATE OR DELETE ON blockchain_blocks FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER blocks_are_not_emptied BEFORE TRUNCATE ON blockchain_blocks FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- In every session, replication roles too.
ALTER TABLE blockchain_blocks ENABLE ALWAYS TRIGGER blocks_stay;
ALTER TABLE blockchain_blocks ENABLE ALWAYS TRIGGER blocks_are_not_emptied;

-- What may change or vanish: links to what a block is about, and notes about the block. Rows are written with their
-- blocks, which are never deleted, so that a foreign key would only cost time under the head's lock.
CREATE TABLE block_references (
    block_number      bigint PRIMARY KEY,
    market_anomaly_id uuid REFERENCES anomaly_detections ON DELETE SET NULL,
    conflict_id       uuid REFERENCES algorithm_conflicts ON DELETE SET NULL,
    behavior_id       uuid REFERENCES behavior_anomalies ON DELETE SET NULL,
    decision_id       uuid REFERENCES anomaly_decisions ON DELETE SET NULL,
    action_id         uuid REFERENCES action_executions ON DELETE SET NULL,
    notification_id   uuid REFERENCES notifications ON DELETE SET NULL,
    verified_at       timestamptz,
    metadata          jsonb NOT NULL DEFAULT '{}'
);

CREATE INDEX block_references_market_anomaly ON block_references (market_anomaly_id, block_number) WHERE market_anomaly_id IS NOT NULL;
CREATE INDEX block_references_conflict ON block_references (conflict_id, block_number) WHERE conflict_id IS NOT NULL;
CREATE INDEX block_references_behavior ON block_references (behavior_id, block_number) WHERE behavior_id IS NOT NULL;
CREATE INDEX block_references_decision ON block_references (decision_id, block_number) WHERE decision_id IS NOT NULL;
CREATE INDEX block_references_action ON block_references (action_id, block_number) WHERE action_id IS NOT NULL;
CREATE INDEX block_references_notification ON block_references (notification_id, block_number) WHERE notification_id IS NOT NULL;

-- One row: the last lock that an appending transaction takes.
CREATE TABLE ledger_head (
    id         boolean PRIMARY KEY DEFAULT true CHECK (id),
    size       bigint NOT NULL CHECK (size >= 0),
    at         timestamptz,
    block_hash bytea CHECK (length(block_hash) = 32),
    -- The right edge of the Merkle tree.
    tree       bytea,
    -- Keys and their standing, as the blocks so far say.
    trust      jsonb,
    -- The signed note over size and root.
    checkpoint text,
    CHECK (num_nulls(at, block_hash, tree, trust, checkpoint) = CASE WHEN size = 0 THEN 5 ELSE 0 END)
);

INSERT INTO ledger_head (size) VALUES (0);

CREATE FUNCTION head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR NEW.size <= OLD.size THEN
        RAISE EXCEPTION '% on % is refused: the head only moves on', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER head_moves_on BEFORE UPDATE OR DELETE ON ledger_head FOR EACH ROW EXECUTE FUNCTION head_moves_on();
CREATE TRIGGER head_stays BEFORE TRUNCATE ON ledger_head FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE ledger_head ENABLE ALWAYS TRIGGER head_moves_on;
ALTER TABLE ledger_head ENABLE ALWAYS TRIGGER head_stays;

CREATE TABLE ledger_verifications (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    started_at       timestamptz NOT NULL,
    finished_at      timestamptz NOT NULL,
    first_block      bigint NOT NULL,
    last_block       bigint NOT NULL,
    faults           bigint NOT NULL CHECK (faults >= 0),
    is_authenticated boolean NOT NULL,
    report           jsonb NOT NULL
);

CREATE INDEX ledger_verifications_newest ON ledger_verifications (started_at DESC);

-- Forgetting a user is deleting the row: nothing else leads from the pseudonym back.
CREATE TABLE pseudonyms (
    user_id   text PRIMARY KEY CHECK (user_id <> ''),
    secret    bytea NOT NULL CHECK (length(secret) = 32),
    pseudonym text NOT NULL UNIQUE
);

-- A text in which a person is called by another name, where the name stands as a word.
CREATE FUNCTION rename_person(value text, old text, new text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT regexp_replace(value, '(?<![\w-])' || regexp_replace(old, '(\W)', '\\\1', 'g') || '(?![\w-])', new, 'g')
$$;

-- The same for all strings and keys in a value.
CREATE FUNCTION rename_person(value jsonb, old text, new text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN CASE jsonb_typeof(value)
        WHEN 'string' THEN to_jsonb(rename_person(value #>> '{}', old, new))
        WHEN 'array' THEN (
            SELECT COALESCE(jsonb_agg(rename_person(item, old, new) ORDER BY place), '[]')
            FROM jsonb_array_elements(value) WITH ORDINALITY AS items (item, place))
        WHEN 'object' THEN (
            SELECT COALESCE(jsonb_object_agg(rename_person(key, old, new), rename_person(item, old, new)), '{}')
            FROM jsonb_each(value) AS items (key, item))
        ELSE value
    END;
END $$;
