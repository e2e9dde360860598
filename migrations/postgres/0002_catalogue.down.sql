DROP TABLE idempotency;
DROP TABLE conversations;
DROP TABLE history;
DROP TABLE connection_schemas;
DROP TABLE agent_tokens;
DROP TABLE connections;
