-- A small shop to ask, and the role that the agent signs in with: it may read these tables and nothing else.
CREATE TABLE customers (
  id         integer PRIMARY KEY,
  name       text NOT NULL,
  country    text NOT NULL,
  created_at timestamp NOT NULL
);
CREATE TABLE products (
  id       integer PRIMARY KEY,
  name     text NOT NULL,
  category text NOT NULL,
  price    numeric(10,2) NOT NULL
);
CREATE TABLE orders (
  id          integer PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES customers,
  status      text NOT NULL,
  ordered_at  timestamp NOT NULL
);
CREATE TABLE order_items (
  order_id   integer NOT NULL REFERENCES orders,
  product_id integer NOT NULL REFERENCES products,
  quantity   integer NOT NULL,
  price      numeric(10,2) NOT NULL,
  PRIMARY KEY (order_id, product_id)
);
COMMENT ON COLUMN order_items.price IS 'of one piece, when it was ordered';

INSERT INTO customers
SELECT i, 'Customer ' || i, (ARRAY['Germany', 'France', 'Spain', 'Japan', 'Brazil'])[1 + i % 5], timestamp '2025-01-01' + i * interval '17 hours'
FROM generate_series(1, 400) AS i;
INSERT INTO products
SELECT i, (ARRAY['Lamp', 'Chair', 'Desk', 'Kettle', 'Bag'])[1 + i % 5] || ' ' || i, (ARRAY['Light', 'Furniture', 'Furniture', 'Kitchen', 'Travel'])[1 + i % 5], 5 + (i * 37 % 200)
FROM generate_series(1, 60) AS i;
INSERT INTO orders
SELECT i, 1 + i * 7 % 400, (ARRAY['paid', 'shipped', 'delivered', 'cancelled'])[1 + i % 4], timestamp '2025-01-15' + i * interval '3 hours'
FROM generate_series(1, 5000) AS i;
INSERT INTO order_items
SELECT o.id, 1 + (o.id * 13 + n * 7) % 60, 1 + (o.id + n) % 3, 5 + ((1 + (o.id * 13 + n * 7) % 60) * 37 % 200)
FROM orders AS o CROSS JOIN generate_series(1, 2) AS n;
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON orders (ordered_at);
ANALYZE;

CREATE ROLE custard_reader LOGIN PASSWORD 'reader' NOSUPERUSER NOCREATEDB NOCREATEROLE;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
REVOKE TEMPORARY ON DATABASE shop FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO custard_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO custard_reader;
ALTER ROLE custard_reader SET default_transaction_read_only = on;
