DROP TABLE outbox;
DROP TABLE rate_buckets;
