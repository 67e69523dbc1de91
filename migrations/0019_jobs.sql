-- Jobs of a kind, newest first.
CREATE INDEX jobs_newest ON jobs (kind, created_at DESC, id DESC);

-- Files that somebody handed in to be read by a job. They are kept for a day.
CREATE TABLE uploads (
    id         uuid PRIMARY KEY,
    content    bytea NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE INDEX uploads_age ON uploads (created_at);
