CREATE TABLE subscriptions (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    person UUID NOT NULL REFERENCES people (id),
    kind TEXT NOT NULL CHECK (kind IN ('telephony', 'mobile')),
    offering UUID NOT NULL REFERENCES offerings (id),
    number UUID,
    sim UUID,
    state TEXT NOT NULL CHECK (state IN ('ordered', 'active', 'suspended', 'ending', 'ended')),
    -- What was agreed with the order, minor units a month.
    monthly BIGINT NOT NULL CHECK (monthly >= 0),
    reference TEXT,
    ordered_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    version BIGINT NOT NULL,
    FOREIGN KEY (organisation, number) REFERENCES numbers (organisation, id),
    FOREIGN KEY (organisation, sim) REFERENCES sims (organisation, id),
    CHECK (state <> 'active' OR (started_at IS NOT NULL AND number IS NOT NULL))
);
CREATE UNIQUE INDEX subscriptions_in_organisation ON subscriptions (organisation, id);
-- A number, and a SIM, is on one subscription at most.
CREATE UNIQUE INDEX subscriptions_number ON subscriptions (number) WHERE state <> 'ended';
CREATE UNIQUE INDEX subscriptions_sim ON subscriptions (sim) WHERE state <> 'ended';
-- A Teams account has one telephony number at most, whoever ordered it.
CREATE UNIQUE INDEX subscriptions_telephony ON subscriptions (person) WHERE kind = 'telephony' AND state <> 'ended';
-- Answers "has this person something here?" without a look at the table: the list asks it for each row.
CREATE INDEX subscriptions_person ON subscriptions (person, organisation, kind, state) WHERE state <> 'ended';
CREATE INDEX subscriptions_live ON subscriptions (organisation, kind, offering, person, monthly, state) WHERE state <> 'ended';
