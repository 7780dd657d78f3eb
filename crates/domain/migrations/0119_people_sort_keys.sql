-- The list sorts by every column. Made in Rust, as the keys before them; whoever is there already gets theirs with the next
-- full round of the directory, and stands after the others until then.
ALTER TABLE people ADD COLUMN first_name_key TEXT NOT NULL DEFAULT '~';
ALTER TABLE people ADD COLUMN last_name_key TEXT NOT NULL DEFAULT '~';
ALTER TABLE people ADD COLUMN email_key TEXT NOT NULL DEFAULT '~';
ALTER TABLE people ADD COLUMN title_key TEXT NOT NULL DEFAULT '~';
