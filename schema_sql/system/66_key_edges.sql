-- Every foreign key between two records is a structural edge too: PROJECT for `project_id`, from the row that has the key.
-- `machinery.py` gives each table these triggers. Their arguments: the record type, and of each key the column, what says
-- the type of its target (a type, or after a dot the column that names it, for one that comes later in the transaction)
-- and the weight, as `project_id:project:0.5`.
-- As a view over all keys the same edges cost 4 ms a record: hence rows.

CREATE FUNCTION key_relation(key_column text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN upper(regexp_replace(key_column, '_id$', ''));

-- Add the edges of rows (as JSON, in an array of one user's) by these keys.
CREATE FUNCTION add_key_edges(who uuid, source text, keys text[], rows jsonb[]) RETURNS void
    LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO entity_links (user_id, source_type, source_id, relation, target_type, target_id, kind, weight, evidence)
    SELECT who, source, (r ->> 'id')::uuid, key_relation(k.name),
           CASE WHEN k.of LIKE '.%' THEN coalesce(
                    (SELECT type FROM records WHERE user_id = who AND id = (r ->> k.name)::uuid), r ->> substr(k.of, 2))
                ELSE k.of END,
           (r ->> k.name)::uuid, 'structural', k.weight,
           jsonb_build_object('column', k.name)
    FROM (SELECT split_part(key, ':', 1) AS name, split_part(key, ':', 2) AS of, split_part(key, ':', 3)::float8 AS weight
          FROM unnest(keys) key) k, unnest(rows) r
    WHERE r -> k.name <> 'null' AND r ->> k.name <> r ->> 'id'
    ON CONFLICT (user_id, source_id, target_id, relation) WHERE valid_to IS NULL AND deleted_at IS NULL DO NOTHING
$$;
REVOKE EXECUTE ON FUNCTION add_key_edges(uuid, text, text[], jsonb[]) FROM PUBLIC;

CREATE FUNCTION key_edges_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    keys CONSTANT text[] := string_to_array(TG_ARGV[1], ',');
    r record;
BEGIN
    FOR r IN SELECT user_id, array_agg(to_jsonb(n)) AS rows FROM new_rows n GROUP BY user_id LOOP
        PERFORM add_key_edges(r.user_id, TG_ARGV[0], keys, r.rows);
    END LOOP;
    RETURN NULL;
END
$$;

-- Where a key points elsewhere the edge goes, unless a rule or another row gives it too, and the new one comes. The
-- rows meet as in track_update().
CREATE FUNCTION key_edges_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    keys CONSTANT text[] := string_to_array(TG_ARGV[1], ',');
    r record;
    gone record;
BEGIN
    FOR r IN SELECT n.user_id, n.id, to_jsonb(o) AS was, to_jsonb(n) AS now,
                    array(SELECT key FROM unnest(keys) key WHERE to_jsonb(o) -> split_part(key, ':', 1)
                          IS DISTINCT FROM to_jsonb(n) -> split_part(key, ':', 1)) AS moved
             FROM new_rows n FULL JOIN old_rows o ON o.user_id = n.user_id AND o.id = n.id
             WHERE (n.id IS NULL) = (o.id IS NULL) LOOP
        CONTINUE WHEN r.moved = '{}';
        FOR gone IN
            DELETE FROM entity_links l USING unnest(r.moved) key
            WHERE l.user_id = r.user_id AND l.source_id = r.id AND l.kind = 'structural'
                AND l.evidence ->> 'column' = split_part(key, ':', 1)
            RETURNING l.relation, l.target_id
        LOOP
            PERFORM regain_edge(r.user_id, gone.relation, r.id, gone.target_id);
        END LOOP;
        PERFORM add_key_edges(r.user_id, TG_ARGV[0], r.moved, ARRAY[r.now]);
    END LOOP;
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION key_edges_insert(), key_edges_update() FROM PUBLIC;

-- The edge that a key of the record `a` gives to `b`, where another edge that stood for it has gone.
CREATE FUNCTION regain_key_edge(who uuid, tie text, a uuid, b uuid) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    rows jsonb[];
    r record;
BEGIN
    FOR r IN
        SELECT t.tgrelid::regclass AS place, s.type, key, split_part(key, ':', 1) AS name
        FROM records s
        JOIN pg_trigger t ON t.tgname = 'key_edges_insert' AND split_part(encode(t.tgargs, 'escape'), '\000', 1) = s.type
        CROSS JOIN string_to_table(split_part(encode(t.tgargs, 'escape'), '\000', 2), ',') key
        WHERE s.user_id = who AND s.id = a AND key_relation(split_part(key, ':', 1)) = tie
    LOOP
        EXECUTE format('SELECT array_agg(to_jsonb(x)) FROM %s x WHERE user_id = $1 AND id = $2 AND %I = $3', r.place, r.name)
            INTO rows USING who, a, b;
        PERFORM add_key_edges(who, r.type, ARRAY[r.key], rows);
    END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION regain_key_edge(uuid, text, uuid, uuid) FROM PUBLIC;
