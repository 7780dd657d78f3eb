-- Where what is sent goes, unless an order says otherwise.
CREATE TABLE delivery_addresses (
    organisation UUID PRIMARY KEY REFERENCES organisations (id),
    name TEXT NOT NULL,
    attention TEXT,
    street TEXT NOT NULL,
    postal_code TEXT NOT NULL,
    city TEXT NOT NULL,
    -- ISO 3166-1 alpha-2.
    country TEXT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE support_request_numbers (
    singleton BIGINT PRIMARY KEY CHECK (singleton = 1),
    last BIGINT NOT NULL
);
INSERT INTO support_request_numbers (singleton, last) VALUES (1, 0);

CREATE TABLE support_requests (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    number BIGINT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('question', 'deliveryAddress')),
    state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'done', 'declined')),
    subject TEXT NOT NULL,
    -- JSON: the new address of a deliveryAddress.
    address TEXT,
    requested_by UUID NOT NULL REFERENCES principals (id),
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    CHECK ((kind = 'deliveryAddress') = (address IS NOT NULL))
);
CREATE UNIQUE INDEX support_requests_in_organisation ON support_requests (organisation, id);
CREATE INDEX support_requests_list ON support_requests (organisation, number);
CREATE INDEX support_requests_open ON support_requests (created_at) WHERE state = 'open';
-- One change of the address at a time.
CREATE UNIQUE INDEX support_requests_address ON support_requests (organisation) WHERE kind = 'deliveryAddress' AND state IN ('open', 'answered');

CREATE TABLE support_messages (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    request UUID NOT NULL,
    author UUID NOT NULL REFERENCES principals (id),
    -- Written by somebody who works on the operator's queue.
    from_operator BOOLEAN NOT NULL,
    text TEXT NOT NULL,
    at BIGINT NOT NULL,
    FOREIGN KEY (organisation, request) REFERENCES support_requests (organisation, id)
);
CREATE INDEX support_messages_of ON support_messages (organisation, request, at);
