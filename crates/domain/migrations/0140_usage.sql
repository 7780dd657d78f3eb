-- Which subscription had a number from when until when: usage counts for whoever had the number at that instant.
CREATE TABLE subscription_numbers (
    organisation UUID NOT NULL,
    subscription UUID NOT NULL,
    -- E.164 with +.
    number TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    -- The first instant at which it no longer had it; NULL while it has.
    until_at BIGINT,
    PRIMARY KEY (number, from_at),
    FOREIGN KEY (organisation, subscription) REFERENCES subscriptions (organisation, id),
    CHECK (until_at IS NULL OR until_at >= from_at)
);
CREATE UNIQUE INDEX subscription_numbers_now ON subscription_numbers (number) WHERE until_at IS NULL;
CREATE INDEX subscription_numbers_of ON subscription_numbers (organisation, subscription);
INSERT INTO subscription_numbers (organisation, subscription, number, from_at, until_at)
    SELECT s.organisation, s.id, n.number, s.started_at, s.ended_at
    FROM subscriptions s JOIN numbers n ON n.id = s.number WHERE s.started_at IS NOT NULL;

-- What was used, as the network told it. Millions of rows: no reference to the subscription, which would be looked up for each;
-- the total that is written with them has it.
CREATE TABLE usage_records (
    -- Who told of it, and its id there. The same once more is not counted again.
    source TEXT NOT NULL,
    record TEXT NOT NULL,
    organisation UUID NOT NULL,
    subscription UUID NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('data', 'voice', 'sms', 'mms')),
    direction TEXT NOT NULL CHECK (direction IN ('outgoing', 'incoming')),
    destination TEXT NOT NULL CHECK (destination IN ('domestic', 'eu', 'world', 'premium')),
    -- Bytes, seconds or messages.
    quantity BIGINT NOT NULL CHECK (quantity >= 0),
    -- Seconds that it lasted, where that was told.
    duration BIGINT,
    started_at BIGINT NOT NULL,
    imported_at BIGINT NOT NULL,
    PRIMARY KEY (source, record)
);
CREATE INDEX usage_records_subscription ON usage_records (subscription, started_at);

-- Running totals, written with the records.
CREATE TABLE usage_totals (
    organisation UUID NOT NULL,
    subscription UUID NOT NULL,
    -- A month in Copenhagen: 2026-11.
    period TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('data', 'voice', 'sms', 'mms')),
    -- Outgoing, and where the package's allowances hold: what counts against them. Bytes, seconds or messages.
    counted BIGINT NOT NULL,
    -- Outgoing, and elsewhere.
    beyond BIGINT NOT NULL,
    received BIGINT NOT NULL,
    records BIGINT NOT NULL,
    -- What the package allowed when the last record was counted; NULL is without limit or without such an allowance.
    allowance BIGINT,
    PRIMARY KEY (subscription, period, kind),
    FOREIGN KEY (organisation, subscription) REFERENCES subscriptions (organisation, id)
);
CREATE INDEX usage_totals_period ON usage_totals (period, subscription);
CREATE INDEX usage_totals_of ON usage_totals (organisation, subscription);

-- A limit that was passed, once for each subscription, period and threshold (per cent), whoever counts at the same time.
CREATE TABLE usage_notices (
    organisation UUID NOT NULL,
    subscription UUID NOT NULL,
    period TEXT NOT NULL,
    threshold BIGINT NOT NULL CHECK (threshold IN (80, 100)),
    passed_at BIGINT NOT NULL,
    PRIMARY KEY (subscription, period, threshold),
    FOREIGN KEY (organisation, subscription) REFERENCES subscriptions (organisation, id)
);
CREATE INDEX usage_notices_of ON usage_notices (organisation, subscription);

-- A file or an upload of records, and how far it has been read.
CREATE TABLE usage_imports (
    id UUID PRIMARY KEY,
    -- Whose numbers may be in it: this one's, and those of everybody below it.
    organisation UUID NOT NULL REFERENCES organisations (id),
    -- Names the same import when it is begun once more.
    key TEXT UNIQUE,
    origin TEXT NOT NULL CHECK (origin IN ('api', 'folder', 'command')),
    name TEXT,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed')),
    -- Grows each time that it is begun: whoever began before cannot write any more.
    fence BIGINT NOT NULL,
    -- Bytes that were read and are counted, and the SHA-256 of them.
    position BIGINT NOT NULL,
    digest BYTEA NOT NULL,
    lines BIGINT NOT NULL,
    records BIGINT NOT NULL,
    duplicates BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    -- Why it failed as a whole.
    problem TEXT,
    started_by UUID,
    started_at BIGINT NOT NULL,
    finished_at BIGINT
);
CREATE INDEX usage_imports_list ON usage_imports (organisation, started_at, id);

-- Lines that could not be counted; the first hundred thousand of an import.
CREATE TABLE usage_import_errors (
    import UUID NOT NULL REFERENCES usage_imports (id),
    line BIGINT NOT NULL,
    field TEXT NOT NULL,
    code TEXT NOT NULL,
    PRIMARY KEY (import, line)
);
