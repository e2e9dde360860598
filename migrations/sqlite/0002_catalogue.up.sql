CREATE TABLE connections (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL, -- the name without regard to case
  dialect TEXT NOT NULL,
  description TEXT NOT NULL,
  engine TEXT NOT NULL,
  share_results BOOLEAN NOT NULL,
  max_cost REAL NOT NULL,
  max_rows INTEGER NOT NULL,
  fingerprint TEXT NOT NULL,
  schema_time INTEGER NOT NULL,
  created INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  UNIQUE (org_id, name_key),
  UNIQUE (org_id, id)
);

CREATE TABLE agent_tokens (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  FOREIGN KEY (org_id, connection_id) REFERENCES connections (org_id, id) ON DELETE CASCADE
);
CREATE INDEX agent_tokens_connection ON agent_tokens (org_id, connection_id);
CREATE INDEX agent_tokens_expires ON agent_tokens (expires);

CREATE TABLE connection_schemas (
  org_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  body BLOB NOT NULL, -- JSON, compressed with zstd
  PRIMARY KEY (org_id, connection_id),
  FOREIGN KEY (org_id, connection_id) REFERENCES connections (org_id, id) ON DELETE CASCADE
);

CREATE TABLE history (
  org_id TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  question TEXT NOT NULL,
  connection TEXT NOT NULL, -- its name when it was asked
  engine TEXT NOT NULL,
  query TEXT NOT NULL,
  answer TEXT NOT NULL,
  row_count INTEGER NOT NULL,
  millis REAL NOT NULL,
  error TEXT NOT NULL,
  code TEXT NOT NULL,
  feedback INTEGER NOT NULL,
  comment TEXT NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX history_user ON history (org_id, user_id, id);
CREATE INDEX history_connection ON history (org_id, connection_id, id);
CREATE INDEX history_conversation ON history (org_id, user_id, conversation_id, id);

-- What the list of conversations shows, kept up to date with history. A conversation is one user's: the same id asked by
-- another is another conversation.
CREATE TABLE conversations (
  org_id TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  user_id TEXT NOT NULL,
  id TEXT NOT NULL,
  title TEXT NOT NULL,
  connection TEXT NOT NULL,
  questions INTEGER NOT NULL,
  started INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (org_id, user_id, id)
);
CREATE INDEX conversations_list ON conversations (org_id, started, id);
CREATE INDEX conversations_user ON conversations (org_id, user_id, started, id);

CREATE TABLE idempotency (
  org_id TEXT NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  id TEXT NOT NULL, -- the caller's key
  digest BLOB NOT NULL,
  status INTEGER NOT NULL,
  body BLOB NOT NULL,
  created INTEGER NOT NULL,
  PRIMARY KEY (org_id, id)
);
CREATE INDEX idempotency_created ON idempotency (created);
