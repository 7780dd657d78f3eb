-- How often somebody did something lately (see limits.rs): one row for each limit and each whom it holds. A row whose time has
-- passed says nothing any more and is swept up.
CREATE TABLE rate_limits (
    name TEXT NOT NULL,
    -- A principal, an organisation, or an address of the network.
    subject UUID NOT NULL,
    -- When nothing of what was taken counts any more.
    free_at BIGINT NOT NULL,
    PRIMARY KEY (name, subject)
);
CREATE INDEX rate_limits_free ON rate_limits (free_at);

-- Ready jobs in two heaps: those whose time has come, in the order of their turns, and those for later, by their time.
-- Looking for the next one so never walks over jobs that are not to be run yet.
ALTER TABLE jobs ADD COLUMN due BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX jobs_due ON jobs (turn) WHERE state = 'ready' AND due;
CREATE INDEX jobs_later ON jobs (run_after) WHERE state = 'ready' AND NOT due;
DROP INDEX jobs_ready;
