-- The tree: operator, partners, customers.
CREATE TABLE organisations (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('operator', 'partner', 'customer')),
    name TEXT NOT NULL,
    name_fold TEXT NOT NULL,
    customer_number TEXT NOT NULL UNIQUE,
    parent UUID REFERENCES organisations (id),
    -- The Entra ID tenant whose people it sees. One tenant may serve several organisations.
    tenant UUID,
    language TEXT NOT NULL,
    number_type TEXT NOT NULL CHECK (number_type IN ('operatorConnect', 'directRouting')),
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX organisations_tenant ON organisations (tenant);

-- Each organisation with itself and everything above it, so that one join answers what a role on a parent reaches.
CREATE TABLE organisation_ancestors (
    organisation UUID NOT NULL REFERENCES organisations (id),
    ancestor UUID NOT NULL REFERENCES organisations (id),
    PRIMARY KEY (organisation, ancestor)
);
CREATE INDEX organisation_descendants ON organisation_ancestors (ancestor, organisation);

-- Whoever signs in: (tenant, object id) and nothing else is identity.
CREATE TABLE principals (
    id UUID PRIMARY KEY,
    tenant UUID NOT NULL,
    object_id UUID NOT NULL,
    name TEXT NOT NULL,
    username TEXT NOT NULL,
    language TEXT,
    -- Set when the directory says that the account is disabled or deleted: no right holds then.
    disabled_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX principals_identity ON principals (tenant, object_id);

CREATE TABLE role_assignments (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    principal UUID NOT NULL REFERENCES principals (id),
    role TEXT NOT NULL,
    granted_by UUID REFERENCES principals (id),
    granted_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX role_assignments_once ON role_assignments (principal, organisation, role);
CREATE INDEX role_assignments_organisation ON role_assignments (organisation, role);

-- Browser sessions. The cookie's token is stored hashed.
CREATE TABLE sessions (
    token_hash BYTEA PRIMARY KEY,
    tenant UUID NOT NULL,
    object_id UUID NOT NULL,
    guest BOOLEAN NOT NULL,
    name TEXT NOT NULL,
    username TEXT NOT NULL,
    login_hint TEXT,
    authenticated_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_identity ON sessions (tenant, object_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- Sign-ins under way, from the redirect to the identity provider until it sends the person back.
CREATE TABLE sign_ins (
    state_hash BYTEA PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('signIn', 'stepUp')),
    nonce TEXT NOT NULL,
    code_verifier TEXT NOT NULL,
    return_to TEXT NOT NULL,
    -- For a step-up: who must come back.
    tenant UUID,
    object_id UUID,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sign_ins_expiry ON sign_ins (expires_at);

-- One-time proofs of a fresh sign-in.
CREATE TABLE step_ups (
    code_hash BYTEA PRIMARY KEY,
    tenant UUID NOT NULL,
    object_id UUID NOT NULL,
    authenticated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX step_ups_expiry ON step_ups (expires_at);
