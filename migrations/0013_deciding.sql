-- What a decision looks up about other anomalies of the same subject.
CREATE INDEX anomaly_detections_recent ON anomaly_detections (symbol, opened_at DESC);
CREATE INDEX algorithm_conflicts_recent ON algorithm_conflicts (symbol, opened_at DESC);
CREATE INDEX behavior_anomalies_recent ON behavior_anomalies (user_id, opened_at DESC);

-- Work of one kind is asked for by its kind.
DROP INDEX jobs_due;
CREATE INDEX jobs_due ON jobs (kind, run_at, id) WHERE status IN ('QUEUED', 'RUNNING');

-- What the component called itself; its bytes are found by its hash.
ALTER TABLE anomaly_detections ADD COLUMN plugin_version text CHECK (plugin_version <> '');
ALTER TABLE algorithm_conflicts ADD COLUMN plugin_version text CHECK (plugin_version <> '');
ALTER TABLE behavior_anomalies ADD COLUMN plugin_version text CHECK (plugin_version <> '');
ALTER TABLE anomaly_decisions ADD COLUMN plugin_version text CHECK (plugin_version <> '');
