CREATE TABLE notification_recipients (
    id               uuid PRIMARY KEY,
    user_id          text UNIQUE CHECK (user_id <> ''),
    name             text NOT NULL CHECK (name <> ''),
    email            text CHECK (email LIKE '%_@_%'),
    webhook_url      text CHECK (webhook_url <> ''),
    channels         notification_channel[] NOT NULL,
    minimum_priority notification_priority NOT NULL,
    -- Kinds of anomalies; empty: all.
    kinds            text[] NOT NULL DEFAULT '{}',
    -- By the clock of time_zone; from > until spans midnight.
    quiet_from       time,
    quiet_until      time,
    -- Of the IANA database; the check fails for names that the server does not know.
    time_zone        text NOT NULL DEFAULT 'UTC' CHECK ('epoch'::timestamptz AT TIME ZONE time_zone IS NOT NULL),
    is_active        boolean NOT NULL DEFAULT true,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CHECK ((quiet_from IS NULL) = (quiet_until IS NULL)),
    CHECK (NOT 'EMAIL' = ANY (channels) OR email IS NOT NULL),
    CHECK (NOT 'WEBHOOK' = ANY (channels) OR webhook_url IS NOT NULL)
);

CREATE INDEX notification_recipients_active ON notification_recipients (minimum_priority, id) WHERE is_active;

CREATE TABLE notifications (
    id                uuid PRIMARY KEY,
    market_anomaly_id uuid REFERENCES anomaly_detections ON DELETE SET NULL,
    conflict_id       uuid REFERENCES algorithm_conflicts ON DELETE SET NULL,
    behavior_id       uuid REFERENCES behavior_anomalies ON DELETE SET NULL,
    action_id         uuid REFERENCES action_executions ON DELETE SET NULL,
    kind              text NOT NULL CHECK (kind <> ''),
    priority          notification_priority NOT NULL,
    status            notification_status NOT NULL,
    title             text NOT NULL CHECK (title <> ''),
    body              text NOT NULL,
    -- The message in which it was told.
    group_id          uuid REFERENCES notifications ON DELETE SET NULL,
    created_at        timestamptz NOT NULL,
    sent_at           timestamptz CHECK (sent_at >= created_at),
    error             text,
    CHECK (num_nonnulls(market_anomaly_id, conflict_id, behavior_id) <= 1),
    CHECK ((status = 'SENT') = (sent_at IS NOT NULL)),
    CHECK (group_id IS NULL OR status = 'GROUPED'),
    CHECK (group_id <> id)
);

CREATE INDEX notifications_newest ON notifications (created_at DESC, id DESC);
CREATE INDEX notifications_pending ON notifications (priority DESC, created_at, id) WHERE status = 'PENDING';
CREATE INDEX notifications_status ON notifications (status, created_at DESC, id DESC);
CREATE INDEX notifications_priority ON notifications (priority, created_at DESC, id DESC);
CREATE INDEX notifications_group ON notifications (group_id) WHERE group_id IS NOT NULL;
CREATE INDEX notifications_market_anomaly ON notifications (market_anomaly_id) WHERE market_anomaly_id IS NOT NULL;
CREATE INDEX notifications_conflict ON notifications (conflict_id) WHERE conflict_id IS NOT NULL;
CREATE INDEX notifications_behavior ON notifications (behavior_id) WHERE behavior_id IS NOT NULL;
CREATE INDEX notifications_action ON notifications (action_id) WHERE action_id IS NOT NULL;

-- One row for each recipient and channel of a notification.
CREATE TABLE notification_deliveries (
    notification_id uuid NOT NULL REFERENCES notifications ON DELETE CASCADE,
    recipient_id    uuid NOT NULL REFERENCES notification_recipients ON DELETE CASCADE,
    channel         notification_channel NOT NULL,
    status          delivery_status NOT NULL,
    attempts        integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_attempt_at timestamptz,
    delivered_at    timestamptz,
    error           text,
    PRIMARY KEY (notification_id, recipient_id, channel),
    CHECK ((status = 'DELIVERED') = (delivered_at IS NOT NULL))
);

CREATE INDEX notification_deliveries_due ON notification_deliveries (next_attempt_at) WHERE status = 'PENDING';
CREATE INDEX notification_deliveries_recipient ON notification_deliveries (recipient_id);
