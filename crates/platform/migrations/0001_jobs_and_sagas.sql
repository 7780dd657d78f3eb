-- Work to be done after the transaction that asked for it. A finished job is deleted.
CREATE TABLE jobs (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL,
    -- At most one ready job per kind and key: asking twice is asking once.
    key TEXT,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'running', 'failed')),
    -- Whose turn it is: ready jobs run in this order, which deals fairly between lanes (see jobs.rs).
    lane UUID NOT NULL,
    turn BIGINT NOT NULL,
    run_after BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    -- Grows with each claim. A worker that lost its lease cannot write, because its fence is old.
    fence BIGINT NOT NULL,
    lease_until BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX jobs_key ON jobs (kind, key) WHERE state = 'ready' AND key IS NOT NULL;
-- And at most one running: what has a key is never done twice at the same time.
CREATE UNIQUE INDEX jobs_running_key ON jobs (kind, key) WHERE state = 'running' AND key IS NOT NULL;
CREATE INDEX jobs_ready ON jobs (turn, run_after) WHERE state = 'ready';
CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 'running';

CREATE TABLE job_lanes (
    lane UUID PRIMARY KEY,
    last_turn BIGINT NOT NULL
);

-- The steps of a piece of work with effects outside, in order.
CREATE TABLE saga_steps (
    id UUID PRIMARY KEY,
    saga UUID NOT NULL,
    position BIGINT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'done', 'failed', 'compensating', 'compensated', 'skipped')),
    payload TEXT NOT NULL,
    -- What the step learned and its compensation needs.
    memo TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    -- Not before this; set when the step waits for somebody outside.
    next_at BIGINT,
    outcome TEXT,
    started_at BIGINT,
    finished_at BIGINT
);
CREATE UNIQUE INDEX saga_steps_position ON saga_steps (saga, position);

-- What open pages are told: that something changed, never the data. Kept for minutes.
CREATE TABLE live_changes (
    id UUID PRIMARY KEY,
    -- An organisation or a tenant.
    topic UUID NOT NULL,
    kind TEXT NOT NULL,
    subject UUID,
    at BIGINT NOT NULL
);
CREATE INDEX live_changes_at ON live_changes (at);
