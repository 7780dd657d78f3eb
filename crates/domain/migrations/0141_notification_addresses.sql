-- Who is told by mail when a limit is passed. Nobody is, before they said so themselves.
CREATE TABLE notification_addresses (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    address TEXT NOT NULL,
    -- In lower case: the same address once.
    address_fold TEXT NOT NULL,
    language TEXT NOT NULL,
    -- SHA-256 of the token in the latest mail that asks.
    token_hash BYTEA NOT NULL UNIQUE,
    token_expires_at BIGINT NOT NULL,
    added_by UUID,
    added_at BIGINT NOT NULL,
    confirmed_at BIGINT
);
CREATE UNIQUE INDEX notification_addresses_once ON notification_addresses (organisation, address_fold);
CREATE INDEX notification_addresses_expiry ON notification_addresses (token_expires_at) WHERE confirmed_at IS NULL;

-- Links in mails by which the reader takes their address away again; the token is stored hashed.
CREATE TABLE notification_removals (
    token_hash BYTEA PRIMARY KEY,
    address UUID NOT NULL REFERENCES notification_addresses (id),
    expires_at BIGINT NOT NULL
);
CREATE INDEX notification_removals_address ON notification_removals (address);
CREATE INDEX notification_removals_expiry ON notification_removals (expires_at);
