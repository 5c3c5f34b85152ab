-- Lexical search: what is written into the text index, and how it is asked. Row security would disable the index (its
-- operators are not leakproof), therefore these functions run as the owner and look at the acting user themselves.

-- A text as the parser of words shall see it. What joins words is a space, because the parser would make one word of a
-- date, a path, an address or `<all this>`. Accents, ligatures and wide letters come in one form of Unicode, and each
-- character of a script that is written without spaces is a word: a run of them is then found as a phrase. Most texts
-- are spared that: they have no character that it changes.
CREATE FUNCTION parted(words text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF words ~ ('[\u00aa\u00b2-\u00b5\u00b8-\u00ba\u00bc-\u00be\u0132\u0133\u013f\u0140\u0149\u017f\u01c4-\u01cc\u01f1-\u01f3'
                '\u02b0-\u03ff\u0483-\u0487\u0587-\u1fff\u2070-\U0010ffff]') THEN
        words := regexp_replace(
            replace(normalize(words, NFKC), 'ς', 'σ'),
            '([\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])', ' \1 ', 'g');
    END IF;
    RETURN regexp_replace(words, '[-+/@.<>&]', ' ', 'g');
END
$$;

-- Where to cut a text at this byte or a little before: behind a space, else between two characters.
CREATE FUNCTION cut_before(bytes bytea, at integer) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    place integer := at;
BEGIN
    WHILE place > at - 200 LOOP
        IF get_byte(bytes, place - 1) <= 32 THEN
            RETURN place;
        END IF;
        place := place - 1;
    END LOOP;
    place := at;
    WHILE get_byte(bytes, place) & 192 = 128 LOOP
        place := place - 1;
    END LOOP;
    RETURN place;
END
$$;

-- The pieces of a long text. A tsvector knows 256 places of a word and 16,383 in all: within 12,000 bytes a phrase finds
-- them all. Two pieces share some words, for the phrases that the cut goes through.
CREATE FUNCTION pieces_of(body text) RETURNS SETOF text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    bytes CONSTANT bytea := convert_to(body, 'UTF8');
    first integer := 0;
    stop integer;
BEGIN
    WHILE first + 12000 < length(bytes) LOOP
        stop := cut_before(bytes, first + 12000);
        RETURN NEXT convert_from(substring(bytes FROM first + 1 FOR stop - first), 'UTF8');
        first := cut_before(bytes, stop - 100);
    END LOOP;
    RETURN NEXT convert_from(substring(bytes FROM first + 1), 'UTF8');
END
$$;

-- Write the searchable text of a record, its title with more weight.
CREATE FUNCTION index_text(who uuid, record uuid, title text, body text) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    name CONSTANT tsvector := setweight(to_tsvector('lifeloom', parted(left(title, 10000))), 'A');
    n integer := 0;
    piece text;
BEGIN
    IF octet_length(body) <= 12000 THEN
        INSERT INTO record_texts (user_id, id, chunk, body, tsv)
            VALUES (who, record, 0, body, name || to_tsvector('lifeloom', parted(body)));
        RETURN;
    END IF;
    FOR piece IN SELECT * FROM pieces_of(body) LOOP
        INSERT INTO record_texts (user_id, id, chunk, body, tsv, is_part)
            VALUES (who, record, n, piece, CASE WHEN n = 0 THEN name ELSE '' END || to_tsvector('lifeloom', parted(piece)), true);
        n := n + 1;
    END LOOP;
END
$$;

-- What one types, term by term: words that must all occur, "a phrase", -without, this OR that. Terms of one alternative
-- belong together. The last word may be a beginning, unless a space follows it.
CREATE FUNCTION lexical_terms(query text) RETURNS TABLE (alternative integer, n integer, excluded boolean, words tsquery)
    LANGUAGE plpgsql STABLE ROWS 4 SET search_path = public, pg_temp SET client_min_messages = warning AS $$
DECLARE
    given CONSTANT text := left(query, 1000);
    begun CONSTANT text := substring(given FROM '[^\s"]+$');
    empty boolean := true;
    found record;
BEGIN
    alternative := 0;
    FOR found IN SELECT m.part[1] AS minus, m.part[2] AS phrase, m.part[3] AS word, m.place, count(*) OVER () AS last
                 FROM regexp_matches(given, '(-?)(?:"([^"]*)"|([^\s"]+))', 'g') WITH ORDINALITY m (part, place) LOOP
        IF lower(found.word) = 'or' AND found.minus = '' AND NOT empty THEN
            alternative := alternative + 1;
            empty := true;
            CONTINUE;
        END IF;
        words := phraseto_tsquery('lifeloom', left(parted(coalesce(found.phrase, found.word)), 500));
        CONTINUE WHEN numnode(words) = 0;
        n := found.place;
        excluded := found.minus <> '';
        IF found.place = found.last AND found.word = begun AND NOT words::text ~ '(^| )''.''$' THEN
            words := (words::text || ':*')::tsquery;
        END IF;
        empty := false;
        RETURN NEXT;
    END LOOP;
END
$$;

-- The same as one query for a text of one piece. An alternative of nothing but exclusions finds nothing.
CREATE FUNCTION lexical_query(query text) RETURNS tsquery
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT string_agg(a.words, ' | ')::tsquery FROM (
        SELECT string_agg(CASE WHEN t.excluded THEN '!(' ELSE '(' END || t.words::text || ')', ' & ') AS words
        FROM lexical_terms(query) t GROUP BY t.alternative HAVING NOT bool_and(t.excluded)) a
$$;

-- The words to rank by and to mark: any that may be there.
CREATE FUNCTION lexical_words(query text) RETURNS tsquery
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT string_agg('(' || t.words::text || ')', ' | ')::tsquery FROM lexical_terms(query) t WHERE NOT t.excluded
$$;

-- The acting user's long texts that have what is asked for somewhere in their pieces, each with the piece that has most.
CREATE FUNCTION long_matches(query text) RETURNS TABLE (id uuid, chunk integer)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH terms AS MATERIALIZED (
        SELECT t.*, count(*) FILTER (WHERE NOT t.excluded) OVER (PARTITION BY t.alternative) AS needed FROM lexical_terms(query) t
    ), hits AS MATERIALIZED (
        SELECT t.id, t.chunk, k.alternative, k.n, k.needed, k.excluded
        FROM terms k JOIN record_texts t ON t.user_id = acting_user() AND t.is_part AND t.tsv @@ k.words WHERE k.needed > 0
    ), found AS (
        SELECT h.id FROM hits h GROUP BY h.id, h.alternative, h.needed
        HAVING count(DISTINCT h.n) FILTER (WHERE NOT h.excluded) = h.needed AND NOT bool_or(h.excluded)
    ), pieces AS (
        SELECT h.id, h.chunk, count(*) AS hits FROM hits h WHERE NOT h.excluded AND h.id IN (SELECT f.id FROM found f)
        GROUP BY h.id, h.chunk
    )
    SELECT DISTINCT ON (p.id) p.id, p.chunk FROM pieces p ORDER BY p.id, p.hits DESC, p.chunk
$$;

-- Every record of the acting user that has what is asked for, and the piece to look at. The generic plan takes the index;
-- one that knows the user would read the whole table for a common word of a big one, everybody's rows included.
CREATE FUNCTION lexical_matches(query text, types text[], since timestamptz, until timestamptz)
    RETURNS TABLE (id uuid, type text, at timestamptz, chunk integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    who CONSTANT uuid := acting_user();
    wanted CONSTANT tsquery := lexical_query(query);
BEGIN
    IF who IS NULL OR wanted IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, r.type, r.at, m.chunk
        FROM (SELECT t.id, 0 AS chunk FROM record_texts t WHERE t.user_id = who AND NOT t.is_part AND t.tsv @@ wanted
              UNION ALL SELECT l.id, l.chunk FROM long_matches(query) l) m
        JOIN records r ON r.user_id = who AND r.id = m.id AND r.deleted_at IS NULL
            AND (types IS NULL OR r.type = ANY (types))
            AND (since IS NULL OR r.at >= since) AND (until IS NULL OR r.at < until);
END
$$;

-- The same with scores. Of very many the newest 10,000 are ranked and the others follow: nothing is left out.
CREATE FUNCTION search_lexical(query text, types text[], since timestamptz, until timestamptz)
    RETURNS TABLE (id uuid, type text, chunk integer, score real, words tsquery)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    who CONSTANT uuid := acting_user();
    sought CONSTANT tsquery := lexical_words(query);
BEGIN
    RETURN QUERY
        SELECT m.id, m.type, m.chunk, CASE WHEN m.n > 10000 THEN 0 ELSE (
            SELECT sum(ts_rank('{0.1,0.2,0.4,1.0}', t.tsv, sought, 1)) FROM record_texts t
            WHERE t.user_id = who AND t.id = m.id AND t.chunk IN (0, m.chunk)) END, sought
        FROM (SELECT l.*, row_number() OVER (ORDER BY l.at DESC, l.id) AS n FROM lexical_matches(query, types, since, until) l) m;
END
$$;

-- The passage with the matching words, as `... <mark>word</mark> ...`: HTML with no other tag in it. What joins words is
-- set apart by \1, as the index has it, and the marks are \2 and \3 until the rest is escaped.
CREATE FUNCTION snippet(record uuid, piece integer, words tsquery) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    apart CONSTANT text := '[-+/@.<>&\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]';
    shape CONSTANT text := E'StartSel=\2, StopSel=\3, MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter=" … "';
    passage text := (SELECT t.body FROM record_texts t
                     WHERE t.user_id = acting_user() AND t.id = record AND t.chunk = piece);
BEGIN
    passage := regexp_replace(normalize(translate(passage, E'\1\2\3', '')), apart, E'\1\\&\1', 'g');
    passage := regexp_replace(ts_headline('lifeloom', passage, words, shape), E'\1|\3\1*\2', '', 'g');
    passage := replace(replace(replace(regexp_replace(btrim(passage), '\s+', ' ', 'g'), '&', '&amp;'), '<', '&lt;'), '>', '&gt;');
    RETURN replace(replace(passage, E'\2', '<mark>'), E'\3', '</mark>');
END
$$;
