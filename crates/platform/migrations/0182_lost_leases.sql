-- How many leases of a job ran out in a row: its process died, or was paused for long. A run that comes to an end, good or bad,
-- sets it back.
ALTER TABLE jobs ADD COLUMN lost BIGINT NOT NULL DEFAULT 0;
CREATE INDEX jobs_suspect ON jobs (lease_until) WHERE state = 'running' AND lost > 1;
