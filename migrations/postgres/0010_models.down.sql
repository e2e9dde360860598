DROP TABLE history_traces;
ALTER TABLE history DROP COLUMN usd;
ALTER TABLE history DROP COLUMN cached_tokens;
ALTER TABLE history DROP COLUMN output_tokens;
ALTER TABLE history DROP COLUMN input_tokens;
ALTER TABLE history DROP COLUMN calls;
DROP TABLE model_usage;
DROP TABLE model_budgets;
DROP TABLE model_services;
