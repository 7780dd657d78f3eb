-- One mirror per tenant, whoever looks at it.
CREATE TABLE tenants (
    id UUID PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('never', 'running', 'ok', 'failing')),
    problem_code TEXT,
    problem_detail TEXT,
    -- Passing failures in a row; the pause before the next try grows with them.
    failures BIGINT NOT NULL,
    -- Where the last complete round ended; opaque, the directory's own.
    cursor TEXT,
    -- The page to go on with, when a round was cut short.
    page TEXT,
    -- Counts full rounds: whoever was not seen in the present one when it ends has left.
    round BIGINT NOT NULL,
    full_round BOOLEAN NOT NULL,
    full_round_at BIGINT,
    -- A full round that missed too many people to be believed at once; the next one, full too, confirms or clears it.
    doubted_round BIGINT,
    -- Grows with each page that is saved: of two runs that read the same page one saves it.
    version BIGINT NOT NULL,
    -- The round under way, and the last complete one.
    started_at BIGINT,
    arrived BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    departed BIGINT NOT NULL,
    last_started_at BIGINT,
    last_finished_at BIGINT,
    last_arrived BIGINT NOT NULL,
    last_changed BIGINT NOT NULL,
    last_departed BIGINT NOT NULL,
    next_at BIGINT,
    -- The request for change notifications that is running, if one is.
    subscription TEXT,
    subscription_secret_hash BYTEA,
    subscription_expires_at BIGINT,
    subscription_renew_at BIGINT,
    subscription_problem TEXT
);
CREATE UNIQUE INDEX tenants_subscription ON tenants (subscription);

CREATE TABLE people (
    id UUID PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('directory', 'local')),
    -- The tenant of a directory person, the organisation of a local one: whose list it stands in.
    home UUID NOT NULL,
    object_id UUID,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled', 'deleted')),
    -- A colleague: neither guest nor resource account.
    listed BOOLEAN NOT NULL,
    display_name TEXT NOT NULL,
    first_name TEXT,
    last_name TEXT,
    email TEXT,
    username TEXT,
    title TEXT,
    department TEXT,
    office_location TEXT,
    mobile_phone TEXT,
    usage_location TEXT,
    preferred_language TEXT,
    -- Names of the service plans that count for telephony, and ids of the products; each list with spaces between.
    plans TEXT NOT NULL,
    skus TEXT NOT NULL,
    -- Made in Rust, so that both engines sort and find alike.
    name_key TEXT NOT NULL,
    department_key TEXT NOT NULL,
    haystack TEXT NOT NULL,
    -- Of everything above that the directory tells: an unchanged person is told apart without being read.
    fingerprint BIGINT NOT NULL,
    -- The last full round that saw the person.
    round BIGINT NOT NULL,
    left_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX people_identity ON people (home, object_id);
-- The list in its usual order, and what is needed to count it and to sort it otherwise.
CREATE INDEX people_by_name ON people (home, listed, name_key, id, state);
CREATE INDEX people_by_department ON people (home, listed, department_key, name_key, id);
