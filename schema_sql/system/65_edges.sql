-- Structural edges: what the data already says becomes rows of entity_links, kept by triggers. A domain declares a rule
-- beside its tables: a view edges_* (user_id, key, source_id, target_id), and derive_edges() for each table it reads.
-- They are no one's to edit and are not logged: they follow from records that are.

CREATE INDEX entity_links_rule_idx ON entity_links (user_id, (evidence ->> 'rule'), (evidence ->> 'key'))
    WHERE kind = 'structural' AND (evidence ->> 'rule') IS NOT NULL;

-- SQL that adds the edges of a rule for the pairs or keys `over`, where `meets` says which rows of the view they are.
-- OFFSET 0 has the view looked into key by key, and its records one by one: of a table without statistics the planner
-- expects one row a user, or hundreds a key, and would read all rows for each key.
CREATE FUNCTION adding_edges(rule text, relation text, over text, meets text) RETURNS text
    LANGUAGE sql IMMUTABLE AS $$
    SELECT format(
        'INSERT INTO entity_links (user_id, source_type, source_id, relation, target_type, target_id, kind, evidence)
         SELECT who, s.type, v.source_id, %L, t.type, v.target_id, ''structural'', jsonb_build_object(''rule'', %L, ''key'', v.key)
         FROM %s CROSS JOIN LATERAL (SELECT * FROM %I v WHERE v.user_id = who AND %s OFFSET 0) v
         CROSS JOIN LATERAL (SELECT type FROM records WHERE user_id = who AND id = v.source_id OFFSET 0) s
         CROSS JOIN LATERAL (SELECT type FROM records WHERE user_id = who AND id = v.target_id OFFSET 0) t
         ON CONFLICT (user_id, source_id, target_id, relation) WHERE valid_to IS NULL AND deleted_at IS NULL DO NOTHING',
        relation, rule, over, rule, meets)
$$;

-- Make the function regain_edge anew, for all rules there are. An edge that goes may be given by another row or another
-- rule too, or stood in the way of one that follows from the data: that one is added now.
CREATE FUNCTION make_regain_edge() RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    ways CONSTANT text := (
        SELECT string_agg(format('IF tie = %L THEN %s; END IF;', r.relation, adding_edges(r.rule, r.relation,
            '(SELECT a, b) g', 'v.source_id = g.a AND v.target_id = g.b')), E'\n' ORDER BY r.rule)
        FROM (SELECT relname AS rule, obj_description(oid, 'pg_class') AS relation FROM pg_class
              WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace AND relname LIKE 'edges\_%') r
        WHERE r.relation IS NOT NULL);
BEGIN
    EXECUTE format($f$
        CREATE OR REPLACE FUNCTION regain_edge(who uuid, tie text, a uuid, b uuid) RETURNS void
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
        AS $body$ BEGIN %s PERFORM regain_key_edge(who, tie, a, b); END $body$
        $f$, ways);
    REVOKE EXECUTE ON FUNCTION regain_edge(uuid, text, uuid, uuid) FROM PUBLIC;
END
$$;

-- Make the function keep_edges_*(who, keys): it brings the edges of one rule under these keys to what its view says now.
-- Each rule has its own, for all keys of a statement at once, because the plan of a static statement is made only once.
-- The plan is a generic one: beside one big user the planner expects no rows at all of a new one.
CREATE FUNCTION make_edges_rule(rule text, relation text, key_type text) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('COMMENT ON VIEW %I IS %L', rule, relation);
    PERFORM make_regain_edge();
    EXECUTE format($f$
        CREATE OR REPLACE FUNCTION %1$I(who uuid, wanted %2$s[]) RETURNS void
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan
        AS $body$
        DECLARE
            gone record;
        BEGIN
            FOR gone IN
                DELETE FROM entity_links l USING unnest(wanted) w(key)
                WHERE l.user_id = who AND l.kind = 'structural' AND l.evidence ->> 'rule' = %3$L AND l.evidence ->> 'key' = w.key::text
                    AND NOT EXISTS (
                        SELECT FROM %4$I v WHERE v.user_id = who AND v.key = w.key AND v.source_id = l.source_id
                            AND v.target_id = l.target_id OFFSET 0)
                RETURNING l.source_id, l.target_id
            LOOP
                PERFORM regain_edge(who, %5$L, gone.source_id, gone.target_id);
            END LOOP;
            %6$s;
        END
        $body$
        $f$, 'keep_' || rule, key_type, rule, rule, relation,
        adding_edges(rule, relation, 'unnest(wanted) w(key)', 'v.key = w.key'));
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %I(uuid, %s[]) FROM PUBLIC', 'keep_' || rule, key_type);
END
$$;
REVOKE EXECUTE ON FUNCTION adding_edges(text, text, text, text), make_regain_edge(), make_edges_rule(text, text, text) FROM PUBLIC;

-- An edge made by hand, or found in a text, stands for a structural one between the same two. When it is untied, ends or
-- leads elsewhere, what follows from the data is an edge again.
CREATE FUNCTION regain_edge() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT purging_account() THEN
        PERFORM regain_edge(OLD.user_id, OLD.relation, OLD.source_id, OLD.target_id);
    END IF;
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION regain_edge() FROM PUBLIC;
CREATE TRIGGER z_regain_update AFTER UPDATE ON entity_links FOR EACH ROW
    WHEN (OLD.kind <> 'structural' AND OLD.deleted_at IS NULL AND OLD.valid_to IS NULL
        AND (NEW.deleted_at IS NOT NULL OR NEW.valid_to IS NOT NULL
             OR (NEW.source_id, NEW.target_id, NEW.relation) IS DISTINCT FROM (OLD.source_id, OLD.target_id, OLD.relation)))
    EXECUTE FUNCTION regain_edge();
CREATE TRIGGER z_regain_delete AFTER DELETE ON entity_links FOR EACH ROW
    WHEN (OLD.kind <> 'structural' AND OLD.deleted_at IS NULL AND OLD.valid_to IS NULL) EXECUTE FUNCTION regain_edge();

-- Let a rule follow a table. `key` is SQL over a row of the table, of the type that the view's key has.
CREATE FUNCTION derive_edges(rule text, relation text, followed text, key text) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    key_type CONSTANT text := (SELECT format_type(atttypid, atttypmod) FROM pg_attribute
                               WHERE attrelid = rule::regclass AND attname = 'key');
    follow CONSTANT text := format('follow_%s_%s', rule, followed);
    keep CONSTANT text := format(
        'FOR changed IN SELECT user_id, array_agg(DISTINCT key) AS keys FROM (SELECT user_id, (%s)::%s AS key FROM %%s) k
             WHERE key IS NOT NULL GROUP BY user_id
         LOOP
             PERFORM %I(changed.user_id, changed.keys);
         END LOOP', key, key_type, 'keep_' || rule);
    event text;
BEGIN
    PERFORM make_edges_rule(rule, relation, key_type);
    EXECUTE format($f$
        CREATE FUNCTION %I() RETURNS trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
        DECLARE
            changed record;
        BEGIN
            IF purging_account() THEN
                RETURN NULL;
            END IF;
            IF TG_OP <> 'INSERT' THEN
                %s;
            END IF;
            IF TG_OP <> 'DELETE' THEN
                %s;
            END IF;
            RETURN NULL;
        END
        $body$
        $f$, follow, format(keep, 'old_rows'), format(keep, 'new_rows'));
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %I() FROM PUBLIC', follow);
    FOREACH event IN ARRAY ARRAY['insert', 'update', 'delete'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s FOR EACH STATEMENT EXECUTE FUNCTION %I()',
            'z_' || rule || '_' || event, event, followed,
            CASE event WHEN 'insert' THEN 'NEW TABLE AS new_rows' WHEN 'delete' THEN 'OLD TABLE AS old_rows'
                 ELSE 'OLD TABLE AS old_rows NEW TABLE AS new_rows' END,
            follow);
    END LOOP;
    EXECUTE format('COMMENT ON TRIGGER %I ON %I IS %L', 'z_' || rule || '_insert', followed, key);  -- for derived_under
END
$$;
REVOKE EXECUTE ON FUNCTION derive_edges(text, text, text, text) FROM PUBLIC;
