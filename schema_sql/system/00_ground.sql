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

-- Words without accents and case; stemming is a matter of the record's language and comes with ranking.
CREATE TEXT SEARCH CONFIGURATION lifeloom (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION lifeloom
    ALTER MAPPING FOR hword, hword_part, word, asciihword, asciiword, hword_asciipart, numword, numhword
    WITH unaccent, simple;

-- The key under which a name is looked up: one case, one form of Unicode, single spaces, no final .md.
CREATE FUNCTION name_key(name text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN rtrim(regexp_replace(lower(normalize(btrim(regexp_replace(name, '\s+', ' ', 'g')), NFKC)), '\.md$', ''));
