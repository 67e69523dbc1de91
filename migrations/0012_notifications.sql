-- Whether a recipient has quiet hours at a moment, by the clock of the recipient's time zone. Hours that end as they
-- begin are none.
CREATE FUNCTION in_quiet_hours(recipient notification_recipients, at timestamptz) RETURNS boolean
LANGUAGE sql STABLE
RETURN CASE
    WHEN recipient.quiet_from IS NULL THEN false
    WHEN recipient.quiet_from <= recipient.quiet_until THEN
        (at AT TIME ZONE recipient.time_zone)::time >= recipient.quiet_from
        AND (at AT TIME ZONE recipient.time_zone)::time < recipient.quiet_until
    ELSE
        (at AT TIME ZONE recipient.time_zone)::time >= recipient.quiet_from
        OR (at AT TIME ZONE recipient.time_zone)::time < recipient.quiet_until
END;

-- When the message was first on its way: how many a recipient got lately is counted by this.
ALTER TABLE notification_deliveries ADD COLUMN first_attempt_at timestamptz;

UPDATE notification_deliveries SET first_attempt_at = delivered_at WHERE status = 'DELIVERED';

-- What a recipient got lately.
CREATE INDEX notification_deliveries_begun ON notification_deliveries (recipient_id, first_attempt_at)
    WHERE first_attempt_at IS NOT NULL;

-- What a recipient waits for.
CREATE INDEX notification_deliveries_fresh ON notification_deliveries (recipient_id, next_attempt_at)
    WHERE status = 'PENDING' AND first_attempt_at IS NULL;
