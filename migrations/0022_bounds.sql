-- What keeps counts and marks, so that nobody has to go through everything to know them.

-- A block whose own record is gone: its type, for those who follow that type and come too late. Clean-ups only delete;
-- links are set null by their foreign keys.
ALTER TABLE block_references ADD COLUMN lost block_type;

CREATE FUNCTION lost_type(
    type block_type, market_anomaly_id uuid, conflict_id uuid, behavior_id uuid, decision_id uuid, action_id uuid,
    notification_id uuid
) RETURNS block_type LANGUAGE sql IMMUTABLE AS $$
    SELECT type WHERE CASE
        WHEN type IN ('ANOMALY_DETECTED', 'ANOMALY_UPDATED', 'ANOMALY_MARKED')
            THEN num_nonnulls(market_anomaly_id, conflict_id, behavior_id) = 0
        WHEN type IN ('DECISION_MADE', 'DECISION_REVISED') THEN decision_id IS NULL
        WHEN type IN ('ACTION_EXECUTED', 'ACTION_ROLLED_BACK') THEN action_id IS NULL
        WHEN type IN ('NOTIFICATION_CREATED', 'NOTIFICATION_UPDATED') THEN notification_id IS NULL
        ELSE false
    END
$$;

CREATE FUNCTION mark_lost() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT lost_type(type, NEW.market_anomaly_id, NEW.conflict_id, NEW.behavior_id, NEW.decision_id, NEW.action_id,
                     NEW.notification_id)
    INTO NEW.lost FROM blockchain_blocks WHERE block_number = NEW.block_number;
    RETURN NEW;
END $$;

CREATE TRIGGER mark_lost
    BEFORE UPDATE OF market_anomaly_id, conflict_id, behavior_id, decision_id, action_id, notification_id ON block_references
    FOR EACH ROW WHEN (NEW.lost IS NULL) EXECUTE FUNCTION mark_lost();

UPDATE block_references AS link
SET lost = lost_type(block.type, market_anomaly_id, conflict_id, behavior_id, decision_id, action_id, notification_id)
FROM blockchain_blocks AS block
WHERE block.block_number = link.block_number
  AND lost_type(block.type, market_anomaly_id, conflict_id, behavior_id, decision_id, action_id, notification_id) IS NOT NULL;

CREATE INDEX block_references_lost ON block_references (lost, block_number) WHERE lost IS NOT NULL;

-- How many keys each caller has used, and how many bytes of answers are kept for them.
CREATE TABLE idempotency_usage (
    owner text PRIMARY KEY,
    keys  bigint NOT NULL CHECK (keys >= 0),
    bytes bigint NOT NULL CHECK (bytes >= 0)
);

CREATE FUNCTION count_idempotency_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE idempotency_usage
        SET keys = keys - 1, bytes = bytes - COALESCE(octet_length(OLD.response::text), 0)
        WHERE owner = OLD.owner;
        DELETE FROM idempotency_usage
        WHERE owner = OLD.owner AND keys = 0 AND OLD.owner IS DISTINCT FROM NEW.owner;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO idempotency_usage AS usage (owner, keys, bytes)
        VALUES (NEW.owner, 1, COALESCE(octet_length(NEW.response::text), 0))
        ON CONFLICT (owner) DO UPDATE SET keys = usage.keys + excluded.keys, bytes = usage.bytes + excluded.bytes;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER count_idempotency_keys AFTER INSERT OR UPDATE OF owner, response OR DELETE ON idempotency_keys
    FOR EACH ROW EXECUTE FUNCTION count_idempotency_keys();

INSERT INTO idempotency_usage (owner, keys, bytes)
SELECT owner, count(*), sum(COALESCE(octet_length(response::text), 0)) FROM idempotency_keys GROUP BY owner;

-- Nothing of a file is sampled for the planner: samples of a table that was emptied would stay.
ALTER TABLE uploads ALTER COLUMN content SET STATISTICS 0;
ALTER TABLE job_files ALTER COLUMN content SET STATISTICS 0;
