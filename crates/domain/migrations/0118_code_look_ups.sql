-- Every time that somebody was shown codes of a SIM: written before they are shown.
CREATE TABLE code_look_ups (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    sim UUID NOT NULL,
    principal UUID NOT NULL REFERENCES principals (id),
    kind TEXT NOT NULL CHECK (kind IN ('codes', 'activationCode')),
    -- The caller's own SIM; then no reason is asked for.
    own BOOLEAN NOT NULL,
    reason TEXT,
    at BIGINT NOT NULL,
    CHECK (own OR reason IS NOT NULL),
    FOREIGN KEY (organisation, sim) REFERENCES sims (organisation, id)
);
CREATE INDEX code_look_ups_sim ON code_look_ups (organisation, sim, at);
