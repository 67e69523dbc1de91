-- Files that jobs made, in pieces of whole lines. They are kept for a day after their job.
CREATE TABLE job_files (
    job_id  uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    number  integer NOT NULL CHECK (number >= 0),
    content bytea NOT NULL,
    PRIMARY KEY (job_id, number)
);
