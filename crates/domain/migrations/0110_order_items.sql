-- Every kind of order: what was asked for, what was there before, on which day, in which order.
ALTER TABLE order_items ADD COLUMN request TEXT;
-- JSON, by kind: what was there before, so that it can be restored.
ALTER TABLE order_items ADD COLUMN before TEXT;
-- The beginning of the Danish day on which it is to be carried out; NULL: as soon as it is ordered.
ALTER TABLE order_items ADD COLUMN start_at BIGINT;
-- An item of the same order that must be completed first.
ALTER TABLE order_items ADD COLUMN after_item UUID;
ALTER TABLE order_items ADD COLUMN ended_at BIGINT;
CREATE INDEX order_items_subscription ON order_items (subscription, state);
CREATE INDEX order_items_states ON order_items (order_id, state);

-- The order's day, while none of it has begun.
ALTER TABLE orders ADD COLUMN start_at BIGINT;
-- JSON: where what is sent goes, when it is not the registered address.
ALTER TABLE orders ADD COLUMN delivery TEXT;
-- The order that this one takes back.
ALTER TABLE orders ADD COLUMN undoes UUID;
CREATE INDEX orders_undoes ON orders (undoes) WHERE undoes IS NOT NULL;

-- What is charged from when to when and at which price. The package, and each add-on beside it.
CREATE TABLE subscription_intervals (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    subscription UUID NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('package', 'addOn')),
    offering UUID NOT NULL REFERENCES offerings (id),
    -- As agreed, minor units a month.
    monthly BIGINT NOT NULL CHECK (monthly >= 0),
    -- The item that began it.
    order_item UUID,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    CHECK (ended_at IS NULL OR ended_at >= started_at),
    FOREIGN KEY (organisation, subscription) REFERENCES subscriptions (organisation, id)
);
CREATE INDEX subscription_intervals_of ON subscription_intervals (organisation, subscription, started_at);
-- One package at a time, and each add-on once.
CREATE UNIQUE INDEX subscription_intervals_package ON subscription_intervals (subscription) WHERE kind = 'package' AND ended_at IS NULL;
CREATE UNIQUE INDEX subscription_intervals_add_on ON subscription_intervals (subscription, offering) WHERE kind = 'addOn' AND ended_at IS NULL;
INSERT INTO subscription_intervals (id, organisation, subscription, kind, offering, monthly, started_at, ended_at)
    SELECT id, organisation, id, 'package', offering, monthly, started_at, ended_at FROM subscriptions WHERE started_at IS NOT NULL;

-- Cards of the operator's stock go back there when an order comes to nothing.
ALTER TABLE sims ADD COLUMN origin UUID;
-- The state to go back to when an order comes to nothing.
ALTER TABLE sims ADD COLUMN reserved_from TEXT;
-- An eSIM's activation code, sealed; bound to this row's id.
ALTER TABLE sims ADD COLUMN activation BYTEA;
CREATE INDEX numbers_resting ON numbers (release_at) WHERE state = 'resting';
