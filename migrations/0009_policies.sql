-- Which policies decide now: one row, which is there before there are any.

CREATE TABLE live_policies (
    id    boolean PRIMARY KEY DEFAULT true CHECK (id),
    hash  bytea REFERENCES policy_versions (hash),
    since timestamptz,
    CHECK ((hash IS NULL) = (since IS NULL))
);

INSERT INTO live_policies DEFAULT VALUES;
