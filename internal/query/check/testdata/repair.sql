-- postgres repair
select nam from customers;
select customer.name from customer;
select u.created_at from "user" u;
select c.total from customers c join orders o on o.customer_id = c.id;
select customers.name from customers c;
select cust.name from customers c;
select "name" from "users";
select orderitems.quantity from orderitems;
select emial, citty from customers;
select sum(amount) from orders;
select city, count(*) as n from customers group by city having n > 3 order by n;
select total * 2 as d from orders where d > 10;
select idd from customers c join orders o on o.customer_id = c.id;
select produtcs.name from products;
select products.name from customers;
select order_id from order_item where quantiy > 3 and quantiy < 5;
select Name from Regoins;
-- sqlite repair
select "nmae" from customers;
select nmae from customers;
select [Unit price], "order ID" from [order details];
select unit_price from order_details;
-- snowflake repair
select "name" from "customers";
