-- The triggers of every record table: whoever writes (the service, a bare psql, the owner's COPY), `records`, the text
-- index, the names and the log follow in the same transaction. `machinery.py` attaches them with these arguments:
--   0 type  1 label columns  2 title columns  3 text columns  4 name columns  5 columns that are never logged
--   6 column of the timeline or ''  7 1 = logged  8 owned children as table.column
-- Lists are comma separated. Rows are walked one by one, because on Citus a transition table cannot be the source of
-- INSERT ... SELECT.

CREATE FUNCTION clock_first() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Before any row is locked: two writers who lock rows first and the clock second would wait for each other.
    IF acting_user() IS NOT NULL THEN
        PERFORM take_clock(acting_user());
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION touch() RETURNS trigger
    LANGUAGE plpgsql AS $$
DECLARE
    quiet CONSTANT text[] := string_to_array(TG_ARGV[0], ',') || ARRAY['updated_at'];
BEGIN
    IF NEW.id <> OLD.id OR NEW.user_id <> OLD.user_id THEN
        RAISE EXCEPTION 'a record keeps its id and its owner' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.updated_at = OLD.updated_at AND to_jsonb(NEW) - quiet <> to_jsonb(OLD) - quiet THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END
$$;

-- The first of these columns that is not empty, on one line.
CREATE FUNCTION label_of(type text, columns text[], j jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    name text;
    label text;
BEGIN
    FOREACH name IN ARRAY columns LOOP
        label := btrim(regexp_replace(left(j ->> name, 400), '\s+', ' ', 'g'));
        IF label <> '' THEN
            RETURN left(label, 200);
        END IF;
    END LOOP;
    RETURN initcap(replace(type, '_', ' '));
END
$$;

CREATE FUNCTION text_of(columns text[], j jsonb) RETURNS text
    LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    name text;
    piece text;
    everything text := '';
BEGIN
    FOREACH name IN ARRAY columns LOOP
        piece := j ->> name;
        IF piece <> '' THEN
            everything := CASE WHEN everything = '' THEN piece ELSE everything || E'\n' || piece END;
        END IF;
    END LOOP;
    RETURN everything;
END
$$;

CREATE FUNCTION moment_of(name text, j jsonb) RETURNS timestamptz
    LANGUAGE sql STABLE
    RETURN coalesce((j ->> nullif(name, ''))::timestamptz, (j ->> 'created_at')::timestamptz);

CREATE FUNCTION index_names(who uuid, record uuid, columns text[], j jsonb) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    column_name text;
    given jsonb;
    name text;
    key text;
BEGIN
    FOREACH column_name IN ARRAY columns LOOP
        given := j -> column_name;
        CONTINUE WHEN given IS NULL OR given IN ('null', '[]', '""');
        FOR name IN SELECT jsonb_array_elements_text(CASE jsonb_typeof(given) WHEN 'array' THEN given ELSE jsonb_build_array(given) END)
        LOOP
            CONTINUE WHEN octet_length(name) > 1000;
            FOREACH key IN ARRAY ARRAY[name_key(name), CASE WHEN name LIKE '%/%' THEN name_key(substring(name FROM '/([^/]+)$')) END] LOOP
                IF key <> '' AND octet_length(key) <= 1500 THEN
                    INSERT INTO record_names (user_id, key, id, name, is_path)
                        VALUES (who, key, record, name, column_name LIKE '%path') ON CONFLICT DO NOTHING;
                END IF;
            END LOOP;
        END LOOP;
    END LOOP;
END
$$;

CREATE FUNCTION track_insert() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    labels CONSTANT text[] := string_to_array(TG_ARGV[1], ',');
    titles CONSTANT text[] := string_to_array(TG_ARGV[2], ',');
    texts CONSTANT text[] := string_to_array(TG_ARGV[3], ',');
    names CONSTANT text[] := string_to_array(TG_ARGV[4], ',');
    unlogged CONSTANT text[] := string_to_array(TG_ARGV[5], ',');
    origin CONSTANT text := coalesce(nullif(current_setting('app.origin', true), ''), 'sql');
    who uuid;
    change_set uuid;
    seq bigint;
    r record;
BEGIN
    FOR r IN SELECT n.user_id, n.id, n.created_at, n.updated_at, n.deleted_at, to_jsonb(n) AS j FROM new_rows n LOOP
        IF who IS DISTINCT FROM r.user_id THEN
            who := r.user_id;
            change_set := take_clock(who);
            seq := last_seq(who);
            PERFORM open_change_set(who, change_set);
        END IF;
        INSERT INTO records (user_id, id, type, label, at, created_at, updated_at, deleted_at)
            VALUES (who, r.id, TG_ARGV[0], label_of(TG_ARGV[0], labels, r.j), moment_of(TG_ARGV[6], r.j),
                    r.created_at, r.updated_at, r.deleted_at);
        IF TG_ARGV[2] <> '' OR TG_ARGV[3] <> '' THEN
            PERFORM index_text(who, r.id, text_of(titles, r.j), text_of(texts, r.j));
        END IF;
        IF TG_ARGV[4] <> '' THEN
            PERFORM index_names(who, r.id, names, r.j);
        END IF;
        IF TG_ARGV[7] = '1' THEN
            seq := seq + 1;
            INSERT INTO change_log (user_id, seq, change_set_id, record_type, record_id, operation, after, origin, occurred_at)
                VALUES (who, seq, change_set, TG_ARGV[0], r.id, 'insert',
                        jsonb_strip_nulls(r.j - unlogged), origin, now());
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

-- Delete with the record what it owns, at the same instant; bring back with it what went at that instant.
CREATE FUNCTION carry_children(children text[], who uuid, parent uuid, was timestamptz, becomes timestamptz) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    child text;
BEGIN
    FOREACH child IN ARRAY children LOOP
        EXECUTE format(
            'UPDATE %I SET deleted_at = $1 WHERE user_id = $2 AND %I = $3 AND deleted_at IS NOT DISTINCT FROM $4',
            split_part(child, '.', 1), split_part(child, '.', 2)) USING becomes, who, parent, was;
    END LOOP;
END
$$;

-- The rows meet in a FULL JOIN, which is never done row by row: the plan is made at the first update of a connection, and
-- where that was of one row the planner would compare each with each of ten thousand for ever after.
CREATE FUNCTION track_update() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    labels CONSTANT text[] := string_to_array(TG_ARGV[1], ',');
    titles CONSTANT text[] := string_to_array(TG_ARGV[2], ',');
    texts CONSTANT text[] := string_to_array(TG_ARGV[3], ',');
    names CONSTANT text[] := string_to_array(TG_ARGV[4], ',');
    unlogged CONSTANT text[] := string_to_array(TG_ARGV[5], ',');
    origin CONSTANT text := coalesce(nullif(current_setting('app.origin', true), ''), 'sql');
    who uuid;
    change_set uuid;
    seq bigint;
    old_part jsonb;
    new_part jsonb;
    r record;
BEGIN
    FOR r IN SELECT n.user_id, n.id, n.created_at, n.updated_at, n.deleted_at, o.deleted_at AS was_deleted_at,
                    to_jsonb(n) AS j, to_jsonb(o) AS was
             FROM new_rows n FULL JOIN old_rows o ON o.user_id = n.user_id AND o.id = n.id
             WHERE (n.id IS NULL) = (o.id IS NULL) LOOP
        SELECT jsonb_object_agg(e.key, r.was -> e.key), jsonb_object_agg(e.key, e.value) INTO old_part, new_part
            FROM jsonb_each(r.j - unlogged - 'updated_at'::text) e WHERE e.value IS DISTINCT FROM r.was -> e.key;
        CONTINUE WHEN new_part IS NULL;
        IF who IS DISTINCT FROM r.user_id THEN
            who := r.user_id;
            change_set := take_clock(who);
            PERFORM open_change_set(who, change_set);
        END IF;
        UPDATE records SET label = label_of(TG_ARGV[0], labels, r.j), at = moment_of(TG_ARGV[6], r.j),
                created_at = r.created_at, updated_at = r.updated_at, deleted_at = r.deleted_at
            WHERE user_id = who AND id = r.id;
        IF text_of(titles || texts, r.j) IS DISTINCT FROM text_of(titles || texts, r.was) THEN
            DELETE FROM record_texts WHERE user_id = who AND id = r.id;
            PERFORM index_text(who, r.id, text_of(titles, r.j), text_of(texts, r.j));
        END IF;
        IF new_part ?| names THEN
            DELETE FROM record_names WHERE user_id = who AND id = r.id;
            PERFORM index_names(who, r.id, names, r.j);
        END IF;
        IF TG_ARGV[7] = '1' THEN
            seq := last_seq(who) + 1;
            INSERT INTO change_log VALUES (who, seq, change_set, TG_ARGV[0], r.id,
                CASE WHEN new_part -> 'deleted_at' = 'null' THEN 'restore' WHEN new_part ? 'deleted_at' THEN 'delete'
                     ELSE 'update' END, old_part, new_part, origin, now());
        END IF;
        IF TG_ARGV[8] <> '' AND r.was_deleted_at IS DISTINCT FROM r.deleted_at THEN
            PERFORM carry_children(string_to_array(TG_ARGV[8], ','), who, r.id, r.was_deleted_at, r.deleted_at);
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

-- Whether the owner is deleting a whole account, log and all, so that nothing is to be kept of it.
CREATE FUNCTION purging_account() RETURNS boolean
    LANGUAGE sql STABLE
    RETURN current_setting('app.purging_account', true) = 'on' AND session_user = current_user;

-- A plain DELETE is a purge: nothing of what the record said is left, the log keeps only that it was.
CREATE FUNCTION track_delete() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    origin CONSTANT text := coalesce(nullif(current_setting('app.origin', true), ''), 'sql');
    change_set uuid;
    r record;
BEGIN
    IF purging_account() THEN
        RETURN NULL;
    END IF;
    FOR r IN SELECT o.user_id, o.id FROM old_rows o LOOP
        change_set := take_clock(r.user_id);
        PERFORM open_change_set(r.user_id, change_set);
        -- Texts that linked here wait under its id for the linker, which looks whether they now mean another one.
        INSERT INTO pending_links (user_id, source_id, relation, key, target)
            SELECT r.user_id, l.source_id, l.relation, r.id::text, r.id::text FROM entity_links l
            WHERE l.user_id = r.user_id AND l.target_id = r.id AND l.kind = 'extracted' AND l.deleted_at IS NULL
            ON CONFLICT DO NOTHING;
        PERFORM forget_words(r.user_id, r.id);
        DELETE FROM record_texts WHERE user_id = r.user_id AND id = r.id;
        DELETE FROM record_names WHERE user_id = r.user_id AND id = r.id;
        UPDATE change_log SET before = NULL, after = NULL
            WHERE user_id = r.user_id AND record_id = r.id AND (before IS NOT NULL OR after IS NOT NULL);
        UPDATE sync_mappings SET base = NULL WHERE user_id = r.user_id AND record_id = r.id AND base IS NOT NULL;
        DELETE FROM records WHERE user_id = r.user_id AND id = r.id;
        IF TG_ARGV[7] = '1' THEN
            INSERT INTO change_log (user_id, seq, change_set_id, record_type, record_id, operation, origin, occurred_at)
                VALUES (r.user_id, last_seq(r.user_id) + 1, change_set, TG_ARGV[0], r.id, 'purge', origin, now());
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

-- On a temporary table of one's own these would write, with the owner's rights, whatever its rows say.
REVOKE EXECUTE ON FUNCTION clock_first(), touch(), track_insert(), track_update(), track_delete() FROM PUBLIC;
