-- How an organisation is billed. Without a row it pays for itself.
CREATE TABLE billing_terms (
    organisation UUID PRIMARY KEY REFERENCES organisations (id),
    -- Who pays: NULL is the organisation itself, else one above it.
    payer UUID REFERENCES organisations (id),
    -- JSON: e-mail addresses that are told of each invoice.
    finance_addresses TEXT NOT NULL,
    buyer_reference TEXT,
    -- Where a public buyer receives invoices, thirteen digits.
    gln TEXT,
    -- Danish business register, eight digits.
    cvr TEXT
);
CREATE INDEX billing_terms_payer ON billing_terms (payer) WHERE payer IS NOT NULL;

-- A customer's discount, for whole months; the narrowest counts.
CREATE TABLE discounts (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    -- Hundredths of a per cent.
    rate BIGINT NOT NULL CHECK (rate > 0 AND rate <= 10000),
    category TEXT,
    offering UUID REFERENCES offerings (id),
    -- Months in Copenhagen, 2026-11; until is the first without it.
    from_period TEXT NOT NULL,
    until_period TEXT,
    CHECK (category IS NULL OR offering IS NULL),
    CHECK (until_period IS NULL OR until_period > from_period)
);
CREATE INDEX discounts_of ON discounts (organisation);

-- What is charged for use above the allowances, from a month on; the past is never edited. Minor units for `base` megabytes,
-- minutes or messages.
CREATE TABLE usage_prices (
    kind TEXT NOT NULL CHECK (kind IN ('data', 'voice', 'sms', 'mms')),
    destination TEXT NOT NULL CHECK (destination IN ('domestic', 'eu', 'world', 'premium')),
    from_period TEXT NOT NULL,
    price BIGINT NOT NULL CHECK (price >= 0),
    base BIGINT NOT NULL CHECK (base > 0),
    PRIMARY KEY (kind, destination, from_period)
);

-- A month whose invoices are made, once.
CREATE TABLE billing_periods (
    period TEXT PRIMARY KEY,
    -- The day of issue of all its invoices, in Denmark.
    issued TEXT NOT NULL,
    closed_at BIGINT NOT NULL,
    closed_by UUID,
    -- Every organisation has its payer's run, and every run its job.
    gathered BOOLEAN NOT NULL
);

-- Who pays whose month: each organisation's month is on one payer's invoice.
CREATE TABLE billing_members (
    period TEXT NOT NULL REFERENCES billing_periods (period),
    organisation UUID NOT NULL REFERENCES organisations (id),
    payer UUID NOT NULL REFERENCES organisations (id),
    PRIMARY KEY (period, organisation)
);
CREATE INDEX billing_members_payer ON billing_members (period, payer);

-- One payer's month: it waits, or has come to an invoice, or to nothing.
CREATE TABLE billing_runs (
    period TEXT NOT NULL REFERENCES billing_periods (period),
    payer UUID NOT NULL REFERENCES organisations (id),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'issued', 'nothing')),
    invoice UUID,
    PRIMARY KEY (period, payer),
    CHECK ((state = 'issued') = (invoice IS NOT NULL))
);
CREATE INDEX billing_runs_waiting ON billing_runs (period, payer) WHERE state = 'waiting';

-- The last number of each series; taken in the transaction that issues, so that there is no gap.
CREATE TABLE invoice_series (
    series TEXT PRIMARY KEY,
    last BIGINT NOT NULL
);

-- Issued and never changed: head and lines are covered by the hash. What becomes of it afterwards stands in the last columns.
CREATE TABLE invoices (
    id UUID PRIMARY KEY,
    -- The payer's.
    organisation UUID NOT NULL REFERENCES organisations (id),
    kind TEXT NOT NULL CHECK (kind IN ('invoice', 'creditNote')),
    series TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    period TEXT NOT NULL,
    -- Days, YYYY-MM-DD.
    issued TEXT NOT NULL,
    due TEXT NOT NULL,
    net BIGINT NOT NULL,
    vat BIGINT NOT NULL,
    gross BIGINT NOT NULL,
    lines BIGINT NOT NULL,
    -- The invoice that a credit note corrects.
    corrects UUID,
    -- JSON: everything else that stands on it.
    head TEXT NOT NULL,
    -- SHA-256 of the document as JSON.
    hash BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('issued', 'sent', 'credited')),
    CHECK ((kind = 'creditNote') = (corrects IS NOT NULL)),
    UNIQUE (organisation, id),
    FOREIGN KEY (organisation, corrects) REFERENCES invoices (organisation, id)
);
CREATE UNIQUE INDEX invoices_series ON invoices (series, sequence);
-- One invoice for a payer and a month.
CREATE UNIQUE INDEX invoices_period ON invoices (organisation, period) WHERE kind = 'invoice';
CREATE INDEX invoices_list ON invoices (organisation, issued, id);
CREATE INDEX invoices_corrects ON invoices (corrects) WHERE corrects IS NOT NULL;

-- Fifty thousand on one invoice are read page by page. Keys and haystack are made in Rust; a line is written before its invoice
-- takes a number, so there is no reference.
CREATE TABLE invoice_lines (
    invoice UUID NOT NULL,
    -- From 1, in the order in which they are shown.
    position BIGINT NOT NULL,
    -- Whose line it is; the payer may pay for several.
    charged UUID NOT NULL,
    charged_name TEXT NOT NULL,
    charged_key TEXT NOT NULL,
    -- Place in the document's groups.
    in_group BIGINT NOT NULL,
    person UUID,
    person_name TEXT,
    person_key TEXT NOT NULL,
    category TEXT NOT NULL,
    offering UUID,
    product_en TEXT NOT NULL,
    product_da TEXT NOT NULL,
    subscription UUID,
    number TEXT,
    reference TEXT,
    reference_key TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    unit TEXT NOT NULL,
    price BIGINT NOT NULL CHECK (price >= 0),
    base BIGINT NOT NULL CHECK (base > 0),
    discount_rate BIGINT,
    discount_amount BIGINT,
    amount BIGINT NOT NULL,
    vat TEXT NOT NULL,
    first_day TEXT,
    last_day TEXT,
    -- The month in which usage happened that came late.
    used_in TEXT,
    -- What was charged: an interval in its month, an order's item, or usage. Charged once.
    charge_kind TEXT NOT NULL CHECK (charge_kind IN ('interval', 'item', 'usage', 'credit')),
    charge UUID,
    charge_period TEXT,
    haystack TEXT NOT NULL,
    PRIMARY KEY (invoice, position)
);
CREATE UNIQUE INDEX invoice_lines_once ON invoice_lines (charge, charge_period) WHERE charge_period IS NOT NULL;

-- What an invoice comes to by category, so that years of spending are read without their lines.
CREATE TABLE invoice_sums (
    invoice UUID NOT NULL,
    category TEXT NOT NULL,
    amount BIGINT NOT NULL,
    lines BIGINT NOT NULL,
    PRIMARY KEY (invoice, category)
);

-- Lines that a credit note has credited, each once.
CREATE TABLE credited_lines (
    invoice UUID NOT NULL,
    position BIGINT NOT NULL,
    credit_note UUID NOT NULL,
    PRIMARY KEY (invoice, position)
);

-- What of a subscription's usage has been charged so far, in whole megabytes, minutes or messages; what comes late is the
-- difference.
CREATE TABLE billed_usage (
    organisation UUID NOT NULL,
    subscription UUID NOT NULL,
    period TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('data', 'voice', 'sms', 'mms')),
    -- Records that this was worked out from.
    records BIGINT NOT NULL,
    domestic BIGINT NOT NULL,
    eu BIGINT NOT NULL,
    world BIGINT NOT NULL,
    premium BIGINT NOT NULL,
    PRIMARY KEY (subscription, period, kind),
    FOREIGN KEY (organisation, subscription) REFERENCES subscriptions (organisation, id)
);
CREATE INDEX billed_usage_of ON billed_usage (organisation, period);

CREATE INDEX order_items_once ON order_items (organisation, ended_at) WHERE one_time <> 0;
-- What an organisation used in a month, without walking through its years.
CREATE INDEX usage_totals_month ON usage_totals (organisation, period);
