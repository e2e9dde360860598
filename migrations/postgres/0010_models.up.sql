-- What organisations set for their model services. A key is sealed with the server's secret.
CREATE TABLE model_services (
  org_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  service TEXT COLLATE "C" NOT NULL,
  sealed TEXT NOT NULL, -- the key; empty for none
  base_url TEXT NOT NULL,
  model TEXT NOT NULL, -- asked where a question names no engine; empty for none
  priority BIGINT NOT NULL, -- the lowest is asked first
  daily_tokens BIGINT NOT NULL, -- that the key may take a day; 0 for no bound
  user_id TEXT COLLATE "C" NOT NULL, -- who set it
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  PRIMARY KEY (org_id, service)
);

-- Tokens that were taken of budgets, by day (UTC). The budget is a service of the organisation's own, or '' for the operator's.
CREATE TABLE model_budgets (
  org_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  day TEXT COLLATE "C" NOT NULL,
  budget TEXT COLLATE "C" NOT NULL,
  tokens BIGINT NOT NULL,
  PRIMARY KEY (org_id, day, budget)
);
CREATE INDEX model_budgets_day ON model_budgets (day);

-- What models took, summed: history may be cleared, this stays.
CREATE TABLE model_usage (
  org_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  day TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  engine TEXT COLLATE "C" NOT NULL,
  questions BIGINT NOT NULL,
  calls BIGINT NOT NULL,
  input BIGINT NOT NULL,
  output BIGINT NOT NULL,
  cached BIGINT NOT NULL,
  usd DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (org_id, day, user_id, engine)
);

ALTER TABLE history ADD COLUMN calls BIGINT NOT NULL DEFAULT 0;
ALTER TABLE history ADD COLUMN input_tokens BIGINT NOT NULL DEFAULT 0;
ALTER TABLE history ADD COLUMN output_tokens BIGINT NOT NULL DEFAULT 0;
ALTER TABLE history ADD COLUMN cached_tokens BIGINT NOT NULL DEFAULT 0;
ALTER TABLE history ADD COLUMN usd DOUBLE PRECISION NOT NULL DEFAULT 0;

-- What a question went through.
CREATE TABLE history_traces (
  org_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  body BYTEA NOT NULL, -- JSON, compressed with zstd
  PRIMARY KEY (org_id, id),
  FOREIGN KEY (org_id, id) REFERENCES history (org_id, id) ON DELETE CASCADE
);
