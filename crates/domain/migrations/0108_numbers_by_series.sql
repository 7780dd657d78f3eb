-- For counting the numbers of a series: without it each look reads the numbers of every organisation.
CREATE INDEX numbers_series ON numbers (series, state);
