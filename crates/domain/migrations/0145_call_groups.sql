-- A number has one holder: a call group has none but the one that is held for it, so none that a subscription has.
CREATE UNIQUE INDEX numbers_of_holder ON numbers (id, holder);

CREATE TABLE call_groups (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ordered', 'active', 'ending', 'ended')),
    number UUID,
    strategy TEXT NOT NULL CHECK (strategy IN ('inOrder', 'allAtOnce')),
    ring_seconds BIGINT NOT NULL CHECK (ring_seconds BETWEEN 5 AND 120),
    -- JSON; NULL is always open.
    opening_hours TEXT,
    -- JSON: where a call goes that nobody answers; NULL is nowhere.
    overflow TEXT,
    -- The order item that is changing it at the network.
    moved_by UUID,
    ordered_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    version BIGINT NOT NULL,
    FOREIGN KEY (organisation, number) REFERENCES numbers (organisation, id),
    FOREIGN KEY (number, id) REFERENCES numbers (id, holder),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL)),
    CHECK (state <> 'ended' OR (number IS NULL AND moved_by IS NULL))
);
CREATE UNIQUE INDEX call_groups_in_organisation ON call_groups (organisation, id);
CREATE UNIQUE INDEX call_groups_number ON call_groups (number) WHERE number IS NOT NULL;
CREATE INDEX call_groups_live ON call_groups (organisation) WHERE state <> 'ended';

CREATE TABLE call_group_members (
    organisation UUID NOT NULL,
    call_group UUID NOT NULL,
    subscription UUID NOT NULL,
    -- In which order they ring.
    position BIGINT NOT NULL,
    PRIMARY KEY (call_group, subscription),
    FOREIGN KEY (organisation, call_group) REFERENCES call_groups (organisation, id),
    FOREIGN KEY (organisation, subscription) REFERENCES subscriptions (organisation, id)
);
CREATE UNIQUE INDEX call_group_members_position ON call_group_members (call_group, position);
CREATE INDEX call_group_members_of ON call_group_members (organisation, subscription);

ALTER TABLE order_items ADD COLUMN call_group UUID;
CREATE INDEX order_items_call_group ON order_items (call_group, state) WHERE call_group IS NOT NULL;
