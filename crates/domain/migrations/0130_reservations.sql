-- A free or resting number that somebody wants to keep for something: the first free one passes it by, whoever names it takes it.
ALTER TABLE numbers ADD COLUMN reserved_for TEXT;
ALTER TABLE numbers ADD COLUMN reserved_by UUID REFERENCES principals (id);
ALTER TABLE numbers ADD COLUMN reserved_at BIGINT;

-- A series is read in order for its runs.
CREATE INDEX numbers_in_series ON numbers (series, number);
