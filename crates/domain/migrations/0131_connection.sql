-- What the application may do in a tenant's directory, as the last look found it.
CREATE TABLE tenant_permissions (
    tenant UUID NOT NULL REFERENCES tenants (id),
    capability TEXT NOT NULL,
    -- The directory's own name of the permission.
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('granted', 'missing', 'unknown')),
    PRIMARY KEY (tenant, capability)
);
ALTER TABLE tenants ADD COLUMN permissions_checked_at BIGINT;
-- Set while the directory asks us to wait: nothing is wrong, it only takes longer.
ALTER TABLE tenants ADD COLUMN throttled_until BIGINT;

-- Administrators on their way to the identity provider's page for consent. The state is kept as its hash and good once.
CREATE TABLE consents (
    state_hash BYTEA PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    tenant UUID NOT NULL,
    object_id UUID NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX consents_expiry ON consents (expires_at);
