CREATE TABLE sims (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    iccid TEXT NOT NULL UNIQUE,
    imsi TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('physical', 'eSim')),
    state TEXT NOT NULL CHECK (state IN ('unassigned', 'reserved', 'active', 'suspended', 'retired')),
    -- The one subscription that has it.
    holder UUID UNIQUE,
    -- PIN and PUK, sealed; bound to this row's id.
    codes BYTEA,
    changed_at BIGINT NOT NULL,
    CHECK (state <> 'unassigned' OR holder IS NULL)
);
CREATE UNIQUE INDEX sims_in_organisation ON sims (organisation, id);
CREATE INDEX sims_list ON sims (organisation, state, iccid);
