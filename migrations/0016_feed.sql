-- Hosts that run now. One that does not renew its row in time counts as dead, and whoever needs what it held deletes it.
CREATE TABLE hosts (
    -- One start of a host; the next start of the same host is another one.
    incarnation uuid PRIMARY KEY,
    -- The key that the host signs blocks with.
    key_id      bytea NOT NULL UNIQUE CHECK (length(key_id) = 32),
    -- Where others reach it.
    address     text NOT NULL CHECK (address <> ''),
    until       timestamptz NOT NULL
);

CREATE TYPE lease_kind AS ENUM ('MARKET', 'TRADER');

-- Whose rows which host ingests: a subject is in one host's hands at a time.
CREATE TABLE leases (
    kind        lease_kind NOT NULL,
    subject     text NOT NULL CHECK (subject <> ''),
    incarnation uuid NOT NULL REFERENCES hosts ON DELETE CASCADE,
    PRIMARY KEY (kind, subject)
);

CREATE INDEX leases_incarnation ON leases (incarnation);
