-- The groups of each tenant's directory, so that choosing one does not wait for the directory.
CREATE TABLE directory_groups (
    tenant UUID NOT NULL REFERENCES tenants (id),
    object_id UUID NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    -- Made in Rust, so that both engines sort and find alike.
    name_key TEXT NOT NULL,
    haystack TEXT NOT NULL,
    -- Gone from the directory. Its last members stay, so that a list limited to it does not become empty.
    gone BOOLEAN NOT NULL,
    -- When the list of groups last had it.
    seen_at BIGINT NOT NULL,
    -- When its members were last asked for; null before they ever were.
    members_at BIGINT,
    -- When somebody last filtered by it: it is kept fresh for a while after.
    used_at BIGINT,
    PRIMARY KEY (tenant, object_id)
);
CREATE INDEX directory_groups_by_name ON directory_groups (tenant, name_key, object_id);

-- Who is in a group, nested groups resolved.
CREATE TABLE directory_group_members (
    tenant UUID NOT NULL,
    group_object UUID NOT NULL,
    member UUID NOT NULL,
    PRIMARY KEY (tenant, group_object, member),
    FOREIGN KEY (tenant, group_object) REFERENCES directory_groups (tenant, object_id)
);

-- When the list of groups was last read.
ALTER TABLE tenants ADD COLUMN groups_at BIGINT;
