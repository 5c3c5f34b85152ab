-- Structural edges: what the data already says becomes rows of entity_links, kept by triggers. A domain declares a rule
-- beside its tables: a view edges_* (user_id, key, source_id, target_id), and derive_edges() for each table it reads.
-- They are no one's to edit and are not logged: they follow from records that are.

CREATE INDEX entity_links_rule_idx ON entity_links (user_id, (evidence ->> 'rule'), (evidence ->> 'key'))
    WHERE kind = 'structural';

-- Bring the edges of one rule under one key to what its view says now.
CREATE FUNCTION keep_edges_of(rule text, relation text, who uuid, wanted text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    add CONSTANT text := format(
        'INSERT INTO entity_links (user_id, source_type, source_id, relation, target_type, target_id, kind, evidence)
         SELECT $1, s.type, v.source_id, %L, t.type, v.target_id, ''structural'', jsonb_build_object(''rule'', %L, ''key'', v.key)
         FROM %I v JOIN records s ON s.user_id = $1 AND s.id = v.source_id JOIN records t ON t.user_id = $1 AND t.id = v.target_id
         WHERE v.user_id = $1', relation, rule, rule);
    once CONSTANT text :=
        ' ON CONFLICT (user_id, source_id, target_id, relation) WHERE valid_to IS NULL AND deleted_at IS NULL DO NOTHING';
    gone record;
BEGIN
    FOR gone IN EXECUTE format(
        'DELETE FROM entity_links l WHERE l.user_id = $1 AND l.kind = ''structural'' AND l.evidence ->> ''rule'' = %L
             AND l.evidence ->> ''key'' = $2 AND NOT EXISTS (
                 SELECT FROM %I v WHERE v.user_id = $1 AND v.key = $2 AND v.source_id = l.source_id AND v.target_id = l.target_id)
         RETURNING l.source_id, l.target_id', rule, rule) USING who, wanted
    LOOP
        -- The same two may meet under another key too.
        EXECUTE add || ' AND v.source_id = $2 AND v.target_id = $3' || once USING who, gone.source_id, gone.target_id;
    END LOOP;
    EXECUTE add || ' AND v.key = $2' || once USING who, wanted;
END
$$;
REVOKE EXECUTE ON FUNCTION keep_edges_of(text, text, uuid, text) FROM PUBLIC;

-- After a statement on a table that a rule reads. Arguments: 0 the view, 1 the relation, 2 the key of a row.
CREATE FUNCTION keep_edges() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    keys CONSTANT text := format('SELECT DISTINCT user_id, key FROM (SELECT user_id, (%s)::text AS key FROM %%s) k WHERE key IS NOT NULL',
                                 TG_ARGV[2]);
    changed record;
BEGIN
    IF current_setting('app.purging_account', true) = 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        FOR changed IN EXECUTE format(keys, 'old_rows') LOOP
            PERFORM keep_edges_of(TG_ARGV[0], TG_ARGV[1], changed.user_id, changed.key);
        END LOOP;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        FOR changed IN EXECUTE format(keys, 'new_rows') LOOP
            PERFORM keep_edges_of(TG_ARGV[0], TG_ARGV[1], changed.user_id, changed.key);
        END LOOP;
    END IF;
    RETURN NULL;
END
$$;

-- Let a rule follow a table. `key` is SQL over a row of the table.
CREATE FUNCTION derive_edges(rule text, relation text, followed text, key text) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    event text;
BEGIN
    FOREACH event IN ARRAY ARRAY['insert', 'update', 'delete'] LOOP
        EXECUTE format(
            'CREATE TRIGGER %I AFTER %s ON %I REFERENCING %s FOR EACH STATEMENT EXECUTE FUNCTION keep_edges(%L, %L, %L)',
            'z_' || rule || '_' || event, event, followed,
            CASE event WHEN 'insert' THEN 'NEW TABLE AS new_rows' WHEN 'delete' THEN 'OLD TABLE AS old_rows'
                 ELSE 'OLD TABLE AS old_rows NEW TABLE AS new_rows' END,
            rule, relation, key);
    END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION derive_edges(text, text, text, text) FROM PUBLIC;
