-- postgres max 100
select id from orders;
select id from orders limit 5;
select id from orders limit 500;
select id from orders limit 500 offset 3;
select id from orders offset 3;
select id from orders limit all;
select id from orders limit null;
select id from orders limit 50 * 10;
select id from orders limit (select 5);
select id from orders fetch first 500 rows only;
select id from orders order by total fetch first 5 rows with ties;
select id from orders union select id from customers order by 1;
(select id from orders limit 500);
with x as (select id from orders limit 500) select * from x;
values (1), (2);
-- sqlite max 100
select id from orders limit -1;
select id from orders limit 500, 5;
select id from orders limit 5, 500;
select id from orders limit (select 5);
-- mysql max 100
select id from orders limit 5, 500;
select id from orders limit 7;
-- duckdb max 100
select id from orders limit 10%;
select id from orders limit 1000;
-- snowflake max 100
select top 500 id from orders;
select id from orders limit null offset 3;
