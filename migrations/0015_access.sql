-- Who made a key and who revoked it, and when it was last used, to the minute.
ALTER TABLE api_keys
    ADD COLUMN created_by   text NOT NULL,
    ADD COLUMN revoked_by   text,
    ADD COLUMN last_used_at timestamptz,
    ADD CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
    -- Records name a caller by the key's name: nothing that could be an id, or the subject of a token.
    ADD CHECK (name ~ '^[A-Za-z0-9._-]{1,64}$');

-- Names are free again once their key is revoked.
CREATE UNIQUE INDEX api_keys_name ON api_keys (name) WHERE revoked_at IS NULL;
