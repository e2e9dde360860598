-- Times are microseconds since 1970 in UTC, 0 for none. Ids sort by the time they were made.

CREATE TABLE users (
  id TEXT COLLATE "C" PRIMARY KEY,
  email TEXT NOT NULL UNIQUE, -- lower case
  name TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  verified BIGINT NOT NULL,
  created BIGINT NOT NULL
);

CREATE TABLE organisations (
  id TEXT COLLATE "C" PRIMARY KEY,
  name TEXT NOT NULL,
  created BIGINT NOT NULL
);

CREATE TABLE members (
  org_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  id TEXT COLLATE "C" NOT NULL, -- made on joining: the order of the list
  role TEXT NOT NULL,
  joined BIGINT NOT NULL,
  PRIMARY KEY (org_id, user_id)
);
CREATE UNIQUE INDEX members_list ON members (org_id, id);
CREATE INDEX members_user ON members (user_id);

CREATE TABLE invitations (
  id TEXT COLLATE "C" PRIMARY KEY,
  org_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  invited_by TEXT COLLATE "C" NOT NULL,
  hash BYTEA NOT NULL UNIQUE,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  UNIQUE (org_id, email)
);
CREATE INDEX invitations_list ON invitations (org_id, id);
CREATE INDEX invitations_expires ON invitations (expires);

CREATE TABLE api_keys (
  id TEXT COLLATE "C" PRIMARY KEY,
  org_id TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  prefix TEXT NOT NULL,
  scopes TEXT NOT NULL, -- separated by spaces
  hash BYTEA NOT NULL UNIQUE,
  created BIGINT NOT NULL,
  used BIGINT NOT NULL,
  FOREIGN KEY (org_id, user_id) REFERENCES members (org_id, user_id) ON DELETE CASCADE
);
CREATE INDEX api_keys_list ON api_keys (org_id, id);
CREATE INDEX api_keys_member ON api_keys (org_id, user_id);

CREATE TABLE one_time_tokens (
  hash BYTEA PRIMARY KEY,
  purpose TEXT NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  expires BIGINT NOT NULL
);
CREATE INDEX one_time_tokens_user ON one_time_tokens (user_id, purpose);
CREATE INDEX one_time_tokens_expires ON one_time_tokens (expires);

-- One login. It outlives its end until it would have expired, so that a token used again is known for one.
CREATE TABLE refresh_families (
  id TEXT COLLATE "C" PRIMARY KEY,
  user_id TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  org_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id) ON DELETE CASCADE,
  expires BIGINT NOT NULL,
  ended BIGINT NOT NULL
);
CREATE INDEX refresh_families_user ON refresh_families (user_id);
CREATE INDEX refresh_families_org ON refresh_families (org_id, user_id);
CREATE INDEX refresh_families_expires ON refresh_families (expires);

CREATE TABLE refresh_tokens (
  hash BYTEA PRIMARY KEY,
  family TEXT NOT NULL REFERENCES refresh_families (id) ON DELETE CASCADE,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL,
  used BIGINT NOT NULL
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_expires ON refresh_tokens (expires);

CREATE TABLE devices (
  device_hash BYTEA PRIMARY KEY,
  user_code TEXT COLLATE "C" NOT NULL UNIQUE,
  client TEXT NOT NULL,
  poll_seconds BIGINT NOT NULL,
  polled BIGINT NOT NULL,
  user_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  denied BOOLEAN NOT NULL,
  created BIGINT NOT NULL,
  expires BIGINT NOT NULL
);
CREATE INDEX devices_expires ON devices (expires);
CREATE INDEX devices_user ON devices (user_id, org_id);

CREATE TABLE signing_keys (
  id TEXT COLLATE "C" PRIMARY KEY,
  seed BYTEA NOT NULL,
  created BIGINT NOT NULL
);

CREATE TABLE audit (
  org_id TEXT COLLATE "C" NOT NULL REFERENCES organisations (id),
  id TEXT COLLATE "C" NOT NULL,
  at BIGINT NOT NULL,
  user_id TEXT NOT NULL,
  key_id TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL,
  address TEXT NOT NULL,
  detail TEXT NOT NULL, -- a JSON object, or empty
  PRIMARY KEY (org_id, id)
);

-- The audit log is only ever added to.
--bun:split
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is only ever added to'; END $$;
--bun:split
CREATE TRIGGER audit_keep_rows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
