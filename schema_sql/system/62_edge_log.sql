-- Edges are logged like records, but those that the structure of the data keeps are not: they follow from it.
CREATE FUNCTION track_links() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    origin CONSTANT text := coalesce(nullif(current_setting('app.origin', true), ''), 'sql');
    who uuid;
    change_set uuid;
    seq bigint;
    r record;
BEGIN
    FOR r IN SELECT n.user_id, n.id, n.kind, n.updated_at, to_jsonb(n) - '{id,user_id,created_at,updated_at}'::text[] AS j
             FROM new_rows n LOOP
        -- Where in a text the same link stands now is no change of the edge.
        CONTINUE WHEN r.kind = 'structural' OR TG_OP = 'UPDATE' AND r.updated_at <> now();
        IF who IS DISTINCT FROM r.user_id THEN
            who := r.user_id;
            change_set := take_clock(who);
            seq := last_seq(who);
            PERFORM open_change_set(who, change_set);
        END IF;
        seq := seq + 1;
        INSERT INTO change_log (user_id, seq, change_set_id, record_type, record_id, operation, after, origin, occurred_at)
            VALUES (who, seq, change_set, 'entity_link', r.id,
                    CASE WHEN r.j ->> 'deleted_at' IS NOT NULL THEN 'unlink' WHEN TG_OP = 'UPDATE' THEN 'relink' ELSE 'link' END,
                    jsonb_strip_nulls(r.j), origin, now());
    END LOOP;
    RETURN NULL;
END
$$;

-- An edge is deleted for good by hand or because one of its ends is purged: its log keeps only that it was.
CREATE FUNCTION track_unlinks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    origin CONSTANT text := coalesce(nullif(current_setting('app.origin', true), ''), 'sql');
    change_set uuid;
    r record;
BEGIN
    IF purging_account() THEN
        RETURN NULL;
    END IF;
    FOR r IN SELECT o.user_id, o.id, o.deleted_at FROM old_rows o WHERE o.kind <> 'structural' LOOP
        change_set := take_clock(r.user_id);
        UPDATE change_log SET before = NULL, after = NULL
            WHERE user_id = r.user_id AND record_id = r.id AND (before IS NOT NULL OR after IS NOT NULL);
        CONTINUE WHEN r.deleted_at IS NOT NULL;
        PERFORM open_change_set(r.user_id, change_set);
        INSERT INTO change_log (user_id, seq, change_set_id, record_type, record_id, operation, origin, occurred_at)
            VALUES (r.user_id, last_seq(r.user_id) + 1, change_set, 'entity_link', r.id, 'unlink', origin, now());
    END LOOP;
    RETURN NULL;
END
$$;

CREATE TRIGGER clock_first BEFORE INSERT OR UPDATE OR DELETE ON entity_links
    FOR EACH STATEMENT EXECUTE FUNCTION clock_first();
CREATE TRIGGER touch BEFORE UPDATE ON entity_links FOR EACH ROW EXECUTE FUNCTION touch('evidence');
CREATE TRIGGER track_insert AFTER INSERT ON entity_links REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION track_links();
CREATE TRIGGER track_update AFTER UPDATE ON entity_links REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION track_links();
CREATE TRIGGER track_delete AFTER DELETE ON entity_links REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION track_unlinks();

REVOKE EXECUTE ON FUNCTION track_links(), track_unlinks() FROM PUBLIC;
