-- What an order item sends, line by line: so many of a product, each line charged by itself.
CREATE TABLE order_lines (
    -- Also the charge's id on an invoice.
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    item UUID NOT NULL REFERENCES order_items (id),
    position BIGINT NOT NULL,
    offering UUID NOT NULL REFERENCES offerings (id),
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    -- Of one, minor units, as it was agreed.
    price BIGINT NOT NULL CHECK (price >= 0)
);
CREATE UNIQUE INDEX order_lines_position ON order_lines (item, position);

-- What a person of the operator's has answered to an item that waits for one: once, and for good.
CREATE TABLE order_answers (
    item UUID PRIMARY KEY REFERENCES order_items (id),
    organisation UUID NOT NULL REFERENCES organisations (id),
    confirmed BOOLEAN NOT NULL,
    comment TEXT,
    answered_at BIGINT NOT NULL,
    answered_by UUID NOT NULL REFERENCES principals (id)
);
