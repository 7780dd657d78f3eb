-- Cards that are on their way to a customer's drawer: the network has told which, and the order item has not ended yet.
CREATE TABLE sim_arrivals (
    -- Also the card's id once it is in the drawer, to which its codes are bound.
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    item UUID NOT NULL,
    iccid TEXT NOT NULL UNIQUE,
    imsi TEXT NOT NULL,
    -- PIN and PUK, sealed.
    codes BYTEA NOT NULL
);
CREATE INDEX sim_arrivals_of ON sim_arrivals (organisation, item);

-- The order item with which the card came.
ALTER TABLE sims ADD COLUMN pack UUID;
CREATE INDEX sims_pack ON sims (pack) WHERE pack IS NOT NULL;

-- How many of it: packs of cards.
ALTER TABLE order_items ADD COLUMN quantity BIGINT;
