-- The session at the identity provider that a browser session came from: when it ends there, it ends here.
ALTER TABLE sessions ADD COLUMN provider_session TEXT;
CREATE INDEX sessions_provider ON sessions (provider_session) WHERE provider_session IS NOT NULL;

-- When a quote may go; never once something was ordered from it. Throwing old ones away so reads those alone.
ALTER TABLE quotes ADD COLUMN purge_at BIGINT;
UPDATE quotes SET purge_at = expires_at + 86400000000
 WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.quote = quotes.id);
CREATE INDEX quotes_purge ON quotes (organisation, purge_at) WHERE purge_at IS NOT NULL;
DROP INDEX quotes_expiry;

-- A person has one mobile subscription at most from each organisation, whoever orders at the same time.
CREATE UNIQUE INDEX subscriptions_mobile ON subscriptions (organisation, person) WHERE kind = 'mobile' AND state <> 'ended';
