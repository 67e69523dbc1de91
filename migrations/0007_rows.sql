-- Input rows, kept as long as detectors need them to warm up and longer: one partition for each UTC day.

CREATE TABLE bars (
    symbol             text NOT NULL CHECK (symbol <> ''),
    at                 timestamptz NOT NULL,
    open               numeric,
    high               numeric,
    low                numeric,
    close              numeric NOT NULL,
    volume             numeric,
    bid                numeric,
    ask                numeric,
    open_interest      numeric,
    implied_volatility double precision,
    PRIMARY KEY (symbol, at)
) PARTITION BY RANGE (at);

CREATE TABLE signals (
    symbol     text NOT NULL CHECK (symbol <> ''),
    algorithm  text NOT NULL CHECK (algorithm <> ''),
    user_id    text CHECK (user_id <> ''),
    at         timestamptz NOT NULL,
    vote       vote NOT NULL,
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    UNIQUE NULLS NOT DISTINCT (symbol, at, algorithm, user_id)
) PARTITION BY RANGE (at);

CREATE INDEX signals_user ON signals (user_id) WHERE user_id IS NOT NULL;

CREATE SEQUENCE trade_sequence;

CREATE TABLE trades (
    user_id      text NOT NULL CHECK (user_id <> ''),
    symbol       text NOT NULL CHECK (symbol <> ''),
    at           timestamptz NOT NULL,
    side         trade_side NOT NULL,
    quantity     numeric NOT NULL CHECK (quantity > 0),
    price        numeric NOT NULL,
    realized_pnl numeric,
    equity       numeric,
    order_id     text CHECK (order_id <> ''),
    fill_id      text CHECK (fill_id <> ''),
    -- Tells fills of one moment apart: they count in the order in which they came.
    sequence     bigint NOT NULL DEFAULT nextval('trade_sequence'),
    UNIQUE NULLS NOT DISTINCT (user_id, at, symbol, order_id, fill_id, side, quantity, price)
) PARTITION BY RANGE (at);

-- Makes room for a day's rows. Safe to call at the same time from several hosts. Attaching what was made apart waits
-- for nobody who reads or writes other days.
CREATE FUNCTION add_day(parent regclass, day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    name text := format('%s_%s', parent, to_char(day, 'YYYYMMDD'));
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('add_day'));
    IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %I (LIKE %s INCLUDING ALL)', name, parent);
        EXECUTE format(
            'ALTER TABLE %s ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            parent, name, day::text || ' 00:00+00', (day + 1)::text || ' 00:00+00'
        );
    END IF;
END $$;

-- Drops the partitions of all days before one, and says how many there were.
CREATE FUNCTION drop_days_before(parent regclass, day date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    child regclass;
    dropped integer := 0;
BEGIN
    FOR child IN
        SELECT inhrelid FROM pg_inherits
        WHERE inhparent = parent AND right(inhrelid::regclass::text, 8) < to_char(day, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE %s', child);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END $$;

-- Rows that a component could not take.
CREATE TABLE skipped_rows (
    id          uuid PRIMARY KEY,
    detector    text NOT NULL CHECK (detector <> ''),
    plugin_hash bytea CHECK (length(plugin_hash) = 32),
    family      family NOT NULL,
    subject     text NOT NULL,
    at          timestamptz NOT NULL,
    reason      text NOT NULL,
    recorded_at timestamptz NOT NULL
);

CREATE INDEX skipped_rows_newest ON skipped_rows (recorded_at DESC, id DESC);
CREATE INDEX skipped_rows_detector ON skipped_rows (detector, recorded_at DESC, id DESC);
