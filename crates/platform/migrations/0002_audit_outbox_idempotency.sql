-- The audit log: one chain of hashes per organisation. Rows are only ever added; ids and no names, so that erasing a
-- person's data leaves the chain whole.
CREATE TABLE audit_heads (
    organisation UUID NOT NULL PRIMARY KEY,
    -- The number and the hash of the organisation's last entry.
    sequence BIGINT NOT NULL,
    hash BYTEA NOT NULL
);

CREATE TABLE audit_entries (
    organisation UUID NOT NULL,
    -- 1, 2, 3 … without gaps.
    sequence BIGINT NOT NULL,
    at BIGINT NOT NULL,
    -- Who did it; NULL is the system itself.
    principal UUID,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    -- JSON, canonical, ids only.
    detail TEXT NOT NULL,
    -- SHA-256 of the previous entry's hash and this row.
    hash BYTEA NOT NULL,
    PRIMARY KEY (organisation, sequence)
);

CREATE INDEX audit_entries_by_subject ON audit_entries (organisation, subject_kind, subject_id, sequence);

-- Mail that waits to be sent, or was. The job that sends it has its id.
CREATE TABLE mail_outbox (
    -- The local part of its Message-ID.
    id UUID NOT NULL PRIMARY KEY,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Emptied once the mail is sent.
    body TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'refused')),
    attempts BIGINT NOT NULL,
    problem TEXT,
    created_at BIGINT NOT NULL,
    finished_at BIGINT
);

CREATE INDEX mail_outbox_finished ON mail_outbox (finished_at) WHERE state <> 'pending';

-- Answers to requests with an Idempotency-Key, written with the change that they tell of.
CREATE TABLE idempotency_keys (
    principal UUID NOT NULL,
    -- The nil UUID for operations that belong to no organisation.
    organisation UUID NOT NULL,
    operation TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    -- SHA-256 of the request.
    fingerprint BYTEA NOT NULL,
    -- 0 only within the transaction that carries the request out.
    status BIGINT NOT NULL,
    etag TEXT,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (principal, organisation, operation, idempotency_key)
);

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
