-- What an organisation has written about a database: descriptions, metrics, what is hidden or masked.
CREATE TABLE connection_contexts (
  org_id TEXT NOT NULL,
  connection_id TEXT NOT NULL,
  version INTEGER NOT NULL, -- counts up with every change
  body BLOB NOT NULL,
  updated INTEGER NOT NULL,
  user_id TEXT NOT NULL, -- who wrote it
  PRIMARY KEY (org_id, connection_id),
  FOREIGN KEY (org_id, connection_id) REFERENCES connections (org_id, id) ON DELETE CASCADE
);
