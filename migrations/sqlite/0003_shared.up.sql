-- Token buckets that all replicas share.
CREATE TABLE rate_buckets (
  id TEXT PRIMARY KEY,
  tokens REAL NOT NULL,
  updated INTEGER NOT NULL,
  got INTEGER NOT NULL -- what the last taker got
);
CREATE INDEX rate_buckets_updated ON rate_buckets (updated);

-- Mail that waits to be sent. The body, which may hold a token, is emptied as soon as the mail is sent or given up.
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  body BLOB NOT NULL,
  state TEXT NOT NULL, -- waiting, sent, failed
  attempts INTEGER NOT NULL,
  due INTEGER NOT NULL, -- not before
  lease TEXT NOT NULL, -- the claim that may finish it; empty for none
  leased_until INTEGER NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL, -- of no use after
  finished INTEGER NOT NULL,
  reason TEXT NOT NULL -- of the last failure
);
CREATE INDEX outbox_due ON outbox (state, due);
CREATE INDEX outbox_finished ON outbox (state, finished);
