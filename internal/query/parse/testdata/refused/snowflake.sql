SELECT $1 FROM @~/secrets.csv
SELECT * FROM @stage
PUT file:///etc/passwd @~
GET @~/x file:///tmp/
LIST @~
COPY INTO @~/x FROM t
CALL wipe()
EXECUTE IMMEDIATE 'drop table t'
BEGIN DROP TABLE t; END
USE ROLE accountadmin
SELECT 1 ->> DROP TABLE t
SELECT * FROM t FOR UPDATE
SELECT :x
UNDROP TABLE t
