-- What a publisher said of a component, as it lay beside its file.
ALTER TABLE component_versions ADD COLUMN signature bytea CHECK (length(signature) = 64);

-- Sets of components that did badly after they had taken over. They do not run again before somebody asks for it.
CREATE TABLE withdrawn_sets (
    hash         bytea PRIMARY KEY CHECK (length(hash) = 32),
    reason       text NOT NULL,
    -- Hashes of the components that ran before and took over again.
    instead      bytea[] NOT NULL,
    withdrawn_at timestamptz NOT NULL
);
