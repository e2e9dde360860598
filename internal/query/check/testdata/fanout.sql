-- postgres
-- Right: the measure's own rows, or what is joined adds at most one row to each.
select sum(total) from orders;
select sum(o.total) from orders o join customers c on c.id = o.customer_id;
select c.city, sum(o.total) from orders o join customers c on c.id = o.customer_id group by c.city;
select sum(i.quantity * i.price) from order_items i join orders o on o.id = i.order_id join customers c on c.id = o.customer_id;
select sum(i.quantity * p.price) from order_items i join products p on p.id = i.product_id;
select p.name, sum(i.quantity) from products p left join order_items i on i.product_id = p.id group by p.name;
select c.name, count(*) from customers c join orders o on o.customer_id = c.id group by c.name;
select c.name, count(o.id) from customers c left join orders o on o.customer_id = c.id group by c.id, c.name;
select c.name, count(c.id) from customers c join orders o on o.customer_id = c.id group by c.name;
select count(distinct c.id) from customers c join orders o on o.customer_id = c.id;
select max(c.credit), min(c.credit) from customers c join orders o on o.customer_id = c.id;
select count(*) from customers c join orders o on o.customer_id = c.id;
select sum(credit) from customers c where exists (select 1 from orders o where o.customer_id = c.id);
select sum(credit) from customers where id in (select customer_id from orders);
select sum(c.credit) from customers c join (select customer_id, count(*) as n from orders group by customer_id) o on o.customer_id = c.id;
select sum(c.credit) from customers c join (select distinct customer_id from orders) o on o.customer_id = c.id;
with o as (select customer_id, sum(total) as t from orders group by 1) select sum(c.credit), sum(o.t) from customers c join o on o.customer_id = c.id;
select sum(o.total), (select count(*) from tickets) from orders o;
select sum(o.total) from orders o cross join (select max(minutes) as m from tickets) x;
select c.id, avg(c.credit) from customers c join orders o on o.customer_id = c.id group by c.id;
select sum(case when o.status = 'paid' then 1 else 0 end) from orders o join order_items i on i.order_id = o.id;
select sum(o.total) from orders o join order_items i on i.order_id = o.id and i.line = 1;
select sum(p.price) from products p join products q on q.name = p.name;
select e.name, m.name, count(*) from employees e join employees m on m.id = e.manager_id group by 1, 2;
select o.id, sum(i.quantity) from orders o join order_items i on i.order_id = o.id join customers c on c.id = o.customer_id group by o.id;
-- Wrong: the measure's rows are multiplied.
select sum(o.total) from orders o join order_items i on i.order_id = o.id;
select c.name, sum(c.credit) from customers c join orders o on o.customer_id = c.id group by c.name;
select avg(c.credit) from customers c left join orders o on c.id = o.customer_id;
select count(c.id) from customers c join orders o on o.customer_id = c.id;
select p.name, sum(o.total) from orders o join order_items i on i.order_id = o.id join products p on p.id = i.product_id group by p.name;
select c.name, sum(o.total), sum(t.minutes) from customers c left join orders o on o.customer_id = c.id left join tickets t on t.customer_id = c.id group by c.name;
select c.name, count(*) from customers c join orders o on o.customer_id = c.id join tickets t on t.customer_id = c.id group by c.name;
select c.name, count(o.id), count(t.id) from customers c join orders o on o.customer_id = c.id join tickets t on t.customer_id = c.id group by c.id, c.name;
select sum(o.total) from orders o, order_items i where i.order_id = o.id and i.quantity > 3;
select sum(c.credit) from customers c join (select customer_id, status, count(*) as n from orders group by customer_id, status) o on o.customer_id = c.id;
select sum(total) from orders join order_items on order_items.order_id = orders.id having sum(total) > 3;
select m.name, sum(m.salary) from employees e join employees m on m.id = e.manager_id group by m.name;
select sum(case when o.status = 'paid' then o.total else 0 end) from orders o join order_items i on i.order_id = o.id;
select sum(x.total) from (select o.id, o.total from orders o join order_items i on i.order_id = o.id) x;
-- sqlite
select sum(total) from orders join order_items on order_id = id;
select sum(o.total) from orders o join order_items i using (order_id);
