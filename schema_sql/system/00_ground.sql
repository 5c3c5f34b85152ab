-- The ground under every table: extensions, the service's role, who is acting, how words are folded.

CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- The role of the service: it owns nothing and row security applies to it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'lifeloom_service') THEN
        CREATE ROLE lifeloom_service LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- another database of this server was migrated at the same moment
END
$$;

-- Schema public is for the tables of this house; only its owner creates there.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO lifeloom_service;

-- The user on whose behalf this session works, or null. Every policy and every default of user_id asks here.
CREATE FUNCTION acting_user() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('app.user_id', true), '')::uuid;

-- Act as a user until the end of the transaction. EXECUTE of SET LOCAL, because set_config is not propagated to the
-- nodes of a Citus cluster.
CREATE FUNCTION act_as(who uuid) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SET LOCAL app.user_id = %L', who);
END
$$;

-- What the planner would learn from ANALYZE, told at a table's birth. Until the first ANALYZE it takes a user for one of two
-- hundred and nearly every row for deleted; of several indexes that begin with the user it then picks a wrong one, and
-- reads all that a user has for every record that is looked up. (Before PostgreSQL 18 there is no telling it.)
CREATE FUNCTION presume_statistics(newborn regclass) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    presumed record;
BEGIN
    IF to_regproc('pg_catalog.pg_restore_attribute_stats') IS NULL THEN
        RETURN;
    END IF;
    FOR presumed IN
        SELECT c.relname::text, p.* FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        JOIN (VALUES ('user_id', 0::real, 16, 1::real), ('id', 0, 16, -1), ('deleted_at', 1, 8, 0), ('valid_to', 1, 8, 0))
            AS p (attname, nulls, width, different) ON p.attname = a.attname
        WHERE c.oid = newborn AND NOT EXISTS (SELECT FROM pg_statistic s WHERE s.starelid = c.oid AND s.staattnum = a.attnum)
    LOOP
        PERFORM pg_restore_attribute_stats(
            'schemaname', 'public', 'relname', presumed.relname, 'attname', presumed.attname, 'inherited', false,
            'null_frac', presumed.nulls, 'avg_width', presumed.width, 'n_distinct', presumed.different);
    END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION presume_statistics(regclass) FROM PUBLIC;

-- Words without accents and case, for texts of no language in particular; 80_search.sql has those that are stemmed. What
-- is ASCII has no accents to lose.
CREATE TEXT SEARCH CONFIGURATION lifeloom (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION lifeloom
    ALTER MAPPING FOR hword, hword_part, word, numword, numhword WITH unaccent, simple;

-- The key under which a name is looked up: one case, one form of Unicode, single spaces, no final .md. Two names have one
-- key here where they have one in Python (graph/extraction/names.py): lower() alone parts STRASSE from Straße.
CREATE FUNCTION name_key(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN rtrim(regexp_replace(replace(translate(
        lower(normalize(btrim(regexp_replace(name, '\s+', ' ', 'g')), NFKC)), 'ς', 'σ'), 'ß', 'ss'), '\.md$', ''));

-- The key by which two addresses mean one page: without http or https, www, fragment, the marks of advertisers and a
-- slash at the end. Null for what is no page of the web; long ones are hashed, as an index takes 2,700 bytes.
CREATE FUNCTION url_key(url text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    parts CONSTANT text[] := regexp_match(btrim(url), '^https?://(?:[^/?#@]*@)?(?:www\.)?([^/?#]+)([^#]*)', 'i');
    marks CONSTANT text := '[?&](utm_[^=&]*|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid|igshid)(=[^&]*)?(?=&|$)';
    path text := parts[2];
    key text;
BEGIN
    IF path LIKE '%?%' THEN
        path := regexp_replace(regexp_replace(path, marks, '', 'gi'), '^([^?&]*)&', '\1?');
    END IF;
    key := regexp_replace(lower(parts[1]), ':(80|443)?$', '') || regexp_replace(path, '/*(\?.*)?$', '\1');
    key := rtrim(key, '?');
    RETURN CASE WHEN octet_length(key) <= 1024 THEN key ELSE md5(key) END;
END
$$;
