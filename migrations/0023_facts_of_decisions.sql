-- Of many controls of one type on one thing, the one that lasts longest is found without reading the others.
DROP INDEX active_controls_subject;
CREATE INDEX active_controls_subject ON active_controls (subject_type, subject, type, expires_at DESC, set_at, id);

-- The switch, locked until the transaction ends, and how many automatic actions were asked for after `since`, counted up
-- to `most`. The second statement sees what was committed while the lock was waited for.
CREATE FUNCTION lock_automation(
    since timestamptz, most bigint,
    OUT stopped_at timestamptz, OUT stopped_by text, OUT reason text, OUT recent bigint
) LANGUAGE plpgsql AS $$
BEGIN
    SELECT automation.stopped_at, automation.stopped_by, automation.reason INTO stopped_at, stopped_by, reason
    FROM automation FOR UPDATE;
    SELECT count(*) INTO recent FROM (
        SELECT FROM action_executions WHERE is_automatic AND requested_at > since LIMIT most
    ) AS lately;
END
$$;
