-- Limits whom of its tenant's people an organisation sees: an Entra ID group, by object id.
ALTER TABLE organisations ADD COLUMN default_group UUID;

-- A link to a file that needs no proof of its own for a minute: a link cannot carry a bearer token. Stored hashed.
CREATE TABLE download_tickets (
    token_hash BYTEA PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    -- Who asked. Their right is looked at again when the file is fetched.
    principal UUID NOT NULL REFERENCES principals (id),
    -- JSON: which file.
    request TEXT NOT NULL,
    language TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX download_tickets_expiry ON download_tickets (expires_at);
