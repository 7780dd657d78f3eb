-- A table that somebody uploaded, row by row with what stands in its way, and the quote for the rows that can go.
CREATE TABLE bulks (
    id UUID PRIMARY KEY,
    organisation UUID NOT NULL REFERENCES organisations (id),
    principal UUID NOT NULL REFERENCES principals (id),
    -- Without a reference: a quote that nobody ordered from goes before the table does.
    quote UUID,
    -- JSON: the headings as they were, and each row with its cells and problems.
    headings TEXT NOT NULL,
    table_rows TEXT NOT NULL,
    total BIGINT NOT NULL,
    valid BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX bulks_in_organisation ON bulks (organisation, id);
CREATE INDEX bulks_age ON bulks (organisation, created_at);
