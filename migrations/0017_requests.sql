-- Who asked for what by hand, where the record itself does not say so.

CREATE TABLE requests (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL,
    -- Name of the key or token.
    caller    text NOT NULL CHECK (caller <> ''),
    -- As the API calls it.
    operation text NOT NULL CHECK (operation <> ''),
    -- The anomaly, action, notification, recipient or run that came of it.
    record    uuid NOT NULL
);

CREATE INDEX requests_record ON requests (record);
CREATE INDEX requests_caller ON requests (caller);
