select name, age from singer where age > 20 order by age desc limit 3
