-- Each rule keeps its edges by statements that were put together when it was declared: they are made anew, for now they
-- look the records of an edge up one by one.

SELECT make_edges_rule(v.relname, obj_description(v.oid, 'pg_class'), format_type(key.atttypid, key.atttypmod))
FROM pg_class v JOIN pg_attribute key ON key.attrelid = v.oid AND key.attname = 'key'
WHERE v.relkind = 'v' AND v.relnamespace = 'public'::regnamespace AND v.relname LIKE 'edges\_%'
    AND obj_description(v.oid, 'pg_class') IS NOT NULL;
