CREATE TABLE quotes (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    principal UUID NOT NULL REFERENCES principals (id),
    -- JSON: what was asked for, and what was answered, so that the order can be held against it.
    request TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX quotes_expiry ON quotes (organisation, expires_at);

CREATE TABLE order_numbers (
    singleton BIGINT PRIMARY KEY CHECK (singleton = 1),
    last BIGINT NOT NULL
);
INSERT INTO order_numbers (singleton, last) VALUES (1, 0);

CREATE TABLE orders (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    number BIGINT NOT NULL UNIQUE,
    -- An order is placed from a quote, once.
    quote UUID NOT NULL UNIQUE REFERENCES quotes (id),
    state TEXT NOT NULL CHECK (state IN ('acknowledged', 'pending', 'held', 'inProgress', 'completed', 'partial', 'failed', 'cancelled', 'rejected')),
    held_reason TEXT CHECK (held_reason IN ('approval', 'scheduledPort', 'needsAttention')),
    requested_by UUID NOT NULL REFERENCES principals (id),
    requested_at BIGINT NOT NULL,
    executed_at BIGINT,
    cancel_requested_at BIGINT,
    comment TEXT,
    one_time BIGINT NOT NULL,
    monthly BIGINT NOT NULL,
    version BIGINT NOT NULL,
    CHECK ((state = 'held') = (held_reason IS NOT NULL)),
    CHECK ((state IN ('completed', 'partial', 'failed', 'cancelled', 'rejected')) = (executed_at IS NOT NULL))
);
CREATE UNIQUE INDEX orders_in_organisation ON orders (organisation, id);
CREATE INDEX orders_list ON orders (organisation, requested_at, id);
CREATE INDEX orders_state ON orders (organisation, state);

CREATE TABLE order_items (
    -- Also the id of the saga that carries it out.
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    order_id UUID NOT NULL,
    position BIGINT NOT NULL,
    action TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('acknowledged', 'inProgress', 'held', 'completed', 'failed', 'cancelled')),
    person UUID REFERENCES people (id),
    offering UUID REFERENCES offerings (id),
    subscription UUID,
    number TEXT,
    sim TEXT,
    one_time BIGINT NOT NULL,
    monthly BIGINT NOT NULL,
    problem_code TEXT,
    problem_detail TEXT,
    FOREIGN KEY (organisation, order_id) REFERENCES orders (organisation, id),
    FOREIGN KEY (organisation, subscription) REFERENCES subscriptions (organisation, id)
);
CREATE UNIQUE INDEX order_items_position ON order_items (order_id, position);
CREATE INDEX order_items_person ON order_items (person, organisation) WHERE state IN ('acknowledged', 'inProgress', 'held');
CREATE INDEX order_items_history ON order_items (organisation, person);
