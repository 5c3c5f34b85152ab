-- Structural edges: what the data already says becomes rows of entity_links, kept by triggers. A domain declares a rule
-- beside its tables: a view edges_* (user_id, key, source_id, target_id), and derive_edges() for each table it reads.
-- They are no one's to edit and are not logged: they follow from records that are.

CREATE INDEX entity_links_rule_idx ON entity_links (user_id, (evidence ->> 'rule'), (evidence ->> 'key'))
    WHERE kind = 'structural';

-- Make the function keep_edges_*(who, keys): it brings the edges of one rule under these keys to what its view says now.
-- Each rule has its own, for all keys of a statement at once, because the plan of a static statement is made only once.
-- OFFSET 0 has the view looked into key by key: of a table without statistics the planner expects one row a user, and
-- would read all rows for each key. The plan is a generic one for the same reason: beside one big user the
-- planner expects no rows at all of a new one.
CREATE FUNCTION make_edges_rule(rule text, relation text, key_type text) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    add CONSTANT text := format(
        'INSERT INTO entity_links (user_id, source_type, source_id, relation, target_type, target_id, kind, evidence)
         SELECT who, s.type, v.source_id, %L, t.type, v.target_id, ''structural'', jsonb_build_object(''rule'', %L, ''key'', v.key)
         FROM %%s CROSS JOIN LATERAL (SELECT * FROM %I v WHERE v.user_id = who AND %%s OFFSET 0) v
         JOIN records s ON s.user_id = who AND s.id = v.source_id JOIN records t ON t.user_id = who AND t.id = v.target_id
         ON CONFLICT (user_id, source_id, target_id, relation) WHERE valid_to IS NULL AND deleted_at IS NULL DO NOTHING',
        relation, rule, rule);
BEGIN
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
                -- The same two may meet under another key too.
                %5$s;
            END LOOP;
            %6$s;
        END
        $body$
        $f$, 'keep_' || rule, key_type, rule, rule,
        format(add, '(SELECT gone.source_id, gone.target_id) g', 'v.source_id = g.source_id AND v.target_id = g.target_id'),
        format(add, 'unnest(wanted) w(key)', 'v.key = w.key'));
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %I(uuid, %s[]) FROM PUBLIC', 'keep_' || rule, key_type);
END
$$;
REVOKE EXECUTE ON FUNCTION make_edges_rule(text, text, text) FROM PUBLIC;

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
END
$$;
REVOKE EXECUTE ON FUNCTION derive_edges(text, text, text, text) FROM PUBLIC;
