DROP TABLE connection_contexts;
