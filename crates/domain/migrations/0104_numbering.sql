CREATE TABLE number_series (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    kind TEXT NOT NULL CHECK (kind IN ('landline', 'mobile')),
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX number_series_organisation ON number_series (organisation, first);

CREATE TABLE numbers (
    id UUID PRIMARY KEY,
    -- E.164 with +. One row a number: it belongs to one organisation at a time (the operator's free pool is the operator's).
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('landline', 'mobile')),
    organisation UUID NOT NULL REFERENCES organisations (id),
    -- Where it goes back to when an order for it fails.
    origin UUID NOT NULL REFERENCES organisations (id),
    series UUID REFERENCES number_series (id),
    state TEXT NOT NULL CHECK (state IN ('free', 'reserved', 'active', 'resting')),
    -- The one subscription or call group that has it.
    holder UUID UNIQUE,
    release_at BIGINT,
    changed_at BIGINT NOT NULL,
    CHECK ((state IN ('reserved', 'active')) = (holder IS NOT NULL))
);
CREATE UNIQUE INDEX numbers_in_organisation ON numbers (organisation, id);
CREATE INDEX numbers_list ON numbers (organisation, state, kind, number);
