-- What an organisation has written about a database: descriptions, metrics, what is hidden or masked.
CREATE TABLE connection_contexts (
  org_id TEXT COLLATE "C" NOT NULL,
  connection_id TEXT COLLATE "C" NOT NULL,
  version BIGINT NOT NULL, -- counts up with every change
  body BYTEA NOT NULL,
  updated BIGINT NOT NULL,
  user_id TEXT NOT NULL, -- who wrote it
  PRIMARY KEY (org_id, connection_id),
  FOREIGN KEY (org_id, connection_id) REFERENCES connections (org_id, id) ON DELETE CASCADE
);
