package demo

// schema creates the tables. SQLite keeps the statements with their comments, which is where the columns' comments are.
// Indexes come after the rows.
const schema = `
CREATE TABLE departments (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  location TEXT NOT NULL,
  budget NUMERIC(12,2) NOT NULL -- for the year
);
CREATE TABLE employees (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  job_title TEXT NOT NULL,
  department_id INTEGER NOT NULL REFERENCES departments (id),
  manager_id INTEGER REFERENCES employees (id),
  salary NUMERIC(10,2) NOT NULL, -- before tax, a year
  hired_on DATE NOT NULL,
  left_on DATE -- NULL while employed
);
CREATE TABLE customers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT,
  birth_date DATE,
  city TEXT NOT NULL,
  country TEXT NOT NULL,
  segment TEXT NOT NULL, -- consumer, business or student
  newsletter BOOLEAN NOT NULL, -- 1 where the customer wants the newsletter
  created_at TIMESTAMP NOT NULL -- when the customer signed up
);
CREATE TABLE addresses (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  kind TEXT NOT NULL, -- billing or shipping
  street TEXT NOT NULL,
  postal_code TEXT,
  city TEXT NOT NULL,
  country TEXT NOT NULL
);
CREATE TABLE categories (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  parent_id INTEGER REFERENCES categories (id) -- NULL for a department of the shop
);
CREATE TABLE suppliers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  contact_name TEXT,
  contact_email TEXT,
  city TEXT NOT NULL,
  country TEXT NOT NULL,
  lead_time_days INTEGER NOT NULL
);
CREATE TABLE products (
  id INTEGER PRIMARY KEY,
  sku TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  category_id INTEGER NOT NULL REFERENCES categories (id),
  supplier_id INTEGER NOT NULL REFERENCES suppliers (id),
  list_price NUMERIC(10,2) NOT NULL, -- what the shop asks today
  unit_cost NUMERIC(10,2) NOT NULL, -- what the shop pays
  weight_kg REAL,
  launched_on DATE NOT NULL,
  discontinued BOOLEAN NOT NULL
);
CREATE TABLE price_history (
  id INTEGER PRIMARY KEY,
  product_id INTEGER NOT NULL REFERENCES products (id),
  old_price NUMERIC(10,2) NOT NULL,
  new_price NUMERIC(10,2) NOT NULL,
  changed_on DATE NOT NULL
);
CREATE TABLE warehouses (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  city TEXT NOT NULL,
  country TEXT NOT NULL,
  capacity INTEGER NOT NULL -- pallets
);
CREATE TABLE stock (
  warehouse_id INTEGER NOT NULL REFERENCES warehouses (id),
  product_id INTEGER NOT NULL REFERENCES products (id),
  quantity INTEGER NOT NULL,
  reorder_level INTEGER NOT NULL,
  counted_on DATE,
  PRIMARY KEY (warehouse_id, product_id)
) WITHOUT ROWID;
CREATE TABLE coupons (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  discount_pct INTEGER NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL
);
CREATE TABLE campaigns (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  channel TEXT NOT NULL, -- email, social, search, affiliate or print
  budget NUMERIC(10,2) NOT NULL,
  starts_on DATE NOT NULL,
  ends_on DATE NOT NULL
);
CREATE TABLE orders (
  id INTEGER PRIMARY KEY,
  "Order Ref" TEXT NOT NULL UNIQUE, -- what the customer sees
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  employee_id INTEGER REFERENCES employees (id), -- who took it; NULL on the web
  coupon_id INTEGER REFERENCES coupons (id),
  shipping_address_id INTEGER REFERENCES addresses (id),
  channel TEXT NOT NULL, -- web, app, phone or store
  status TEXT NOT NULL, -- pending, paid, shipped, delivered, cancelled or returned
  shipping_fee NUMERIC(8,2) NOT NULL,
  ordered_at TIMESTAMP NOT NULL
);
CREATE TABLE order_items (
  order_id INTEGER NOT NULL REFERENCES orders (id),
  line_no INTEGER NOT NULL,
  product_id INTEGER NOT NULL REFERENCES products (id),
  qty INTEGER NOT NULL,
  unit_price NUMERIC(10,2) NOT NULL, -- at the time of the order
  discount_pct INTEGER NOT NULL, -- 0 to 100
  PRIMARY KEY (order_id, line_no)
) WITHOUT ROWID;
CREATE TABLE payments (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders (id),
  method TEXT NOT NULL, -- card, paypal, invoice, bank transfer or gift card
  amount NUMERIC(10,2) NOT NULL,
  paid_at TIMESTAMP NOT NULL
);
CREATE TABLE refunds (
  id INTEGER PRIMARY KEY,
  payment_id INTEGER NOT NULL REFERENCES payments (id),
  amount NUMERIC(10,2) NOT NULL,
  reason TEXT,
  refunded_at TIMESTAMP NOT NULL
);
CREATE TABLE shipments (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL REFERENCES orders (id),
  warehouse_id INTEGER NOT NULL REFERENCES warehouses (id),
  carrier TEXT NOT NULL,
  tracking_code TEXT,
  promised_on DATE NOT NULL,
  shipped_at TIMESTAMP NOT NULL,
  delivered_at TIMESTAMP -- NULL while under way
);
CREATE TABLE returns (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL,
  line_no INTEGER NOT NULL,
  qty INTEGER NOT NULL,
  reason TEXT,
  returned_at TIMESTAMP NOT NULL,
  FOREIGN KEY (order_id, line_no) REFERENCES order_items (order_id, line_no)
);
CREATE TABLE reviews (
  id INTEGER PRIMARY KEY,
  product_id INTEGER NOT NULL REFERENCES products (id),
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  rating INTEGER NOT NULL, -- 1 to 5 stars
  title TEXT,
  created_at TIMESTAMP NOT NULL
);
CREATE TABLE wishlist_items (
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  product_id INTEGER NOT NULL REFERENCES products (id),
  added_on DATE NOT NULL,
  PRIMARY KEY (customer_id, product_id)
) WITHOUT ROWID;
CREATE TABLE visits (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER REFERENCES customers (id), -- NULL for a visitor who was not signed in
  campaign_id INTEGER REFERENCES campaigns (id), -- NULL without a campaign
  device TEXT NOT NULL, -- desktop, mobile or tablet
  page_views INTEGER NOT NULL,
  duration_seconds INTEGER,
  visited_at TIMESTAMP NOT NULL
);
CREATE TABLE support_tickets (
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  order_id INTEGER REFERENCES orders (id),
  assigned_to INTEGER REFERENCES employees (id),
  subject TEXT NOT NULL,
  priority TEXT NOT NULL, -- low, normal, high or urgent
  status TEXT NOT NULL, -- open, waiting or closed
  opened_at TIMESTAMP NOT NULL,
  closed_at TIMESTAMP
);
CREATE TABLE gift_cards (
  id INTEGER PRIMARY KEY,
  code TEXT NOT NULL UNIQUE,
  customer_id INTEGER NOT NULL REFERENCES customers (id),
  amount NUMERIC(8,2) NOT NULL,
  issued_on DATE NOT NULL,
  redeemed_on DATE
);
`

// indexes are made once the rows are in.
const indexes = `
CREATE INDEX addresses_customer ON addresses (customer_id);
CREATE INDEX orders_customer ON orders (customer_id);
CREATE INDEX orders_ordered_at ON orders (ordered_at);
CREATE INDEX order_items_product ON order_items (product_id);
CREATE INDEX payments_order ON payments (order_id);
CREATE INDEX refunds_payment ON refunds (payment_id);
CREATE INDEX shipments_order ON shipments (order_id);
CREATE INDEX returns_line ON returns (order_id, line_no);
CREATE INDEX reviews_product ON reviews (product_id);
CREATE INDEX visits_campaign ON visits (campaign_id);
CREATE INDEX tickets_customer ON support_tickets (customer_id);
`
