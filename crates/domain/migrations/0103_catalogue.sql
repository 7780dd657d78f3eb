-- What is sold. The seller is the operator at the root.
CREATE TABLE offerings (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('telephony', 'mobilePackage', 'addOn', 'feature', 'hardware', 'service')),
    code TEXT NOT NULL UNIQUE,
    -- JSON: { "en": …, "da": … }
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    -- JSON: allowances and limits.
    attributes TEXT NOT NULL,
    position BIGINT NOT NULL,
    -- Sold within [sold_from, sold_until).
    sold_from BIGINT NOT NULL,
    sold_until BIGINT
);

-- A price stands from its day until the next one's; the past is never edited. Minor units.
CREATE TABLE prices (
    offering UUID NOT NULL REFERENCES offerings (id),
    valid_from BIGINT NOT NULL,
    one_time BIGINT NOT NULL CHECK (one_time >= 0),
    monthly BIGINT NOT NULL CHECK (monthly >= 0),
    PRIMARY KEY (offering, valid_from)
);
