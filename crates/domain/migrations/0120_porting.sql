CREATE TABLE ports (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    order_id UUID NOT NULL,
    order_number BIGINT NOT NULL,
    -- The order item that waits for the number; it has one case at most.
    item UUID NOT NULL UNIQUE,
    subscription UUID NOT NULL,
    person UUID REFERENCES people (id),
    requested_by UUID NOT NULL REFERENCES principals (id),
    -- What whoever handles the case must be allowed to: a permission's name.
    handled_with TEXT NOT NULL,
    number TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('landline', 'mobile')),
    donor TEXT NOT NULL,
    owner_name TEXT NOT NULL,
    owner_cvr TEXT,
    -- Days in Denmark, YYYY-MM-DD: the one that was chosen, and the one that was agreed.
    wished_for TEXT,
    agreed_day TEXT,
    temporary TEXT,
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'accepted', 'scheduled', 'completed', 'rejected', 'cancelled')),
    attempt BIGINT NOT NULL,
    released_at BIGINT,
    asked_at BIGINT,
    tries BIGINT NOT NULL,
    trouble TEXT,
    rejection_code TEXT,
    rejection_detail TEXT,
    cancel_requested_at BIGINT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    version BIGINT NOT NULL,
    FOREIGN KEY (organisation, order_id) REFERENCES orders (organisation, id),
    FOREIGN KEY (organisation, subscription) REFERENCES subscriptions (organisation, id),
    CHECK ((state IN ('completed', 'cancelled')) = (ended_at IS NOT NULL)),
    CHECK ((state = 'rejected') = (rejection_code IS NOT NULL))
);
CREATE UNIQUE INDEX ports_in_organisation ON ports (organisation, id);
-- A number is on its way once at a time.
CREATE UNIQUE INDEX ports_number ON ports (number) WHERE ended_at IS NULL;
CREATE INDEX ports_list ON ports (organisation, created_at, id);
CREATE INDEX ports_open ON ports (organisation, subscription) WHERE ended_at IS NULL;

CREATE TABLE port_events (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    port UUID NOT NULL,
    kind TEXT NOT NULL,
    at BIGINT NOT NULL,
    principal UUID REFERENCES principals (id),
    agreed_day TEXT,
    code TEXT,
    detail TEXT,
    FOREIGN KEY (organisation, port) REFERENCES ports (organisation, id)
);
CREATE INDEX port_events_of ON port_events (organisation, port, at, id);

CREATE TABLE port_consents (
    port UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    -- Sealed for the case.
    document BYTEA NOT NULL,
    added_by UUID NOT NULL REFERENCES principals (id),
    added_at BIGINT NOT NULL,
    FOREIGN KEY (organisation, port) REFERENCES ports (organisation, id)
);
