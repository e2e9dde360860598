-- Token buckets that all replicas share.
CREATE TABLE rate_buckets (
  id TEXT COLLATE "C" PRIMARY KEY,
  tokens DOUBLE PRECISION NOT NULL,
  updated BIGINT NOT NULL,
  got BIGINT NOT NULL -- what the last taker got
);
CREATE INDEX rate_buckets_updated ON rate_buckets (updated);

-- Mail that waits to be sent. The body, which may hold a token, is emptied as soon as the mail is sent or given up.
CREATE TABLE outbox (
  id TEXT COLLATE "C" PRIMARY KEY,
  kind TEXT NOT NULL,
  body BYTEA NOT NULL,
  state TEXT NOT NULL, -- waiting, sent, failed
  attempts BIGINT NOT NULL,
  due BIGINT NOT NULL, -- not before
  lease TEXT NOT NULL, -- the claim that may finish it; empty for none
  leased_until BIGINT NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL, -- of no use after
  finished BIGINT NOT NULL,
  reason TEXT NOT NULL -- of the last failure
);
CREATE INDEX outbox_due ON outbox (state, due);
CREATE INDEX outbox_finished ON outbox (state, finished);
