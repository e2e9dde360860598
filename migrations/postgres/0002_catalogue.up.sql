CREATE TABLE connections (
  id TEXT COLLATE "C" PRIMARY KEY,
  org_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL, -- the name without regard to case
  dialect TEXT NOT NULL,
  description TEXT NOT NULL,
  engine TEXT NOT NULL,
  share_results BOOLEAN NOT NULL,
  max_cost DOUBLE PRECISION NOT NULL,
  max_rows BIGINT NOT NULL,
  fingerprint TEXT NOT NULL,
  schema_time BIGINT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  UNIQUE (org_id, name_key),
  UNIQUE (org_id, id)
);

CREATE TABLE agent_tokens (
  id TEXT COLLATE "C" PRIMARY KEY,
  org_id TEXT COLLATE "C" NOT NULL,
  connection_id TEXT COLLATE "C" NOT NULL,
  hash BYTEA NOT NULL UNIQUE,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  FOREIGN KEY (org_id, connection_id) REFERENCES connections (org_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_tokens_connection ON agent_tokens (org_id, connection_id);
CREATE INDEX agent_tokens_expires ON agent_tokens (expires);

CREATE TABLE connection_schemas (
  org_id TEXT COLLATE "C" NOT NULL,
  connection_id TEXT COLLATE "C" NOT NULL,
  body BYTEA NOT NULL, -- JSON, compressed with zstd
  PRIMARY KEY (org_id, connection_id),
  FOREIGN KEY (org_id, connection_id) REFERENCES connections (org_id, id) ON DELETE CASCADE
);

CREATE TABLE history (
  org_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  id TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  key_id TEXT NOT NULL,
  connection_id TEXT COLLATE "C" NOT NULL,
  conversation_id TEXT NOT NULL,
  at BIGINT NOT NULL,
  question TEXT NOT NULL,
  connection TEXT NOT NULL, -- its name when it was asked
  engine TEXT NOT NULL,
  query TEXT NOT NULL,
  answer TEXT NOT NULL,
  row_count BIGINT NOT NULL,
  millis DOUBLE PRECISION NOT NULL,
  error TEXT NOT NULL,
  code TEXT NOT NULL,
  feedback BIGINT NOT NULL,
  comment TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX history_user ON history (org_id, user_id, id);
CREATE INDEX history_connection ON history (org_id, connection_id, id);
CREATE INDEX history_conversation ON history (org_id, user_id, conversation_id, id);

-- What the list of conversations shows, kept up to date with history. A conversation is one user's: the same id asked by
-- another is another conversation.
CREATE TABLE conversations (
  org_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  user_id TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  title TEXT NOT NULL,
  connection TEXT NOT NULL,
  questions BIGINT NOT NULL,
  started BIGINT NOT NULL,
  last BIGINT NOT NULL,
  PRIMARY KEY (org_id, user_id, id)
);
CREATE INDEX conversations_list ON conversations (org_id, started, id);
CREATE INDEX conversations_user ON conversations (org_id, user_id, started, id);

CREATE TABLE idempotency (
  org_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  id TEXT COLLATE "C" NOT NULL, -- the caller's key
  digest BYTEA NOT NULL,
  status BIGINT NOT NULL,
  body BYTEA NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX idempotency_created ON idempotency (created);
