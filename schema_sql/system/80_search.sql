-- What is written into the text index: words in the language of their record, stemmed, without accents and case. Row
-- security would disable the index (its operators are not leakproof), therefore the functions that ask it run as the owner
-- and look at the acting user themselves.

DO $$
BEGIN
    ALTER TABLE record_texts ALTER COLUMN tsv SET STORAGE MAIN;
END
$$;

-- A configuration for each language that is stemmed. No word is left out: how rare a word is says how much it counts.
-- Accents go first, so that who types none finds the same.
DO $$
DECLARE
    language record;
BEGIN
    FOR language IN SELECT * FROM (VALUES ('en', 'english'), ('es', 'spanish'), ('de', 'german'), ('fr', 'french'),
                                          ('pt', 'portuguese'), ('it', 'italian'), ('nl', 'dutch')) AS l (code, name) LOOP
        EXECUTE format('CREATE TEXT SEARCH DICTIONARY stems_%s (TEMPLATE = snowball, Language = %I)', language.code, language.name);
        EXECUTE format('CREATE TEXT SEARCH CONFIGURATION lifeloom_%s (COPY = lifeloom)', language.code);
        EXECUTE format('ALTER TEXT SEARCH CONFIGURATION lifeloom_%1$s
            ALTER MAPPING FOR asciihword, asciiword, hword_asciipart WITH stems_%1$s', language.code);
        EXECUTE format('ALTER TEXT SEARCH CONFIGURATION lifeloom_%1$s
            ALTER MAPPING FOR hword, hword_part, word, numword, numhword WITH unaccent, stems_%1$s', language.code);
    END LOOP;
END
$$;

CREATE FUNCTION configuration_of(language text) RETURNS regconfig
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ('public.lifeloom' || CASE WHEN language <> 'simple' THEN '_' || language ELSE '' END)::regconfig;

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
    IF words ~ '[-+/@.<>&]' THEN
        words := regexp_replace(words, '[-+/@.<>&]', ' ', 'g');
    END IF;
    RETURN words;
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

-- The language of a text by its smallest words, else the one that is expected. Twelve words of each language, such as every
-- stemmer leaves as they are: it does not matter in which language the text has been read. One of them alone may be a
-- name or a title; five of those that are expected leave no doubt.
CREATE FUNCTION language_of(words tsvector, expected text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    languages CONSTANT text[] := '{en,es,de,fr,pt,it,nl}';
    hits CONSTANT real[] := ARRAY[
        ts_rank('{1,1,1,1}', words, 'the|and|of|to|is|it|you|that|was|for|on|with'::tsquery),
        ts_rank('{1,1,1,1}', words, 'el|los|las|y|en|una|por|con|su|del|me|que'::tsquery),
        ts_rank('{1,1,1,1}', words, 'der|das|und|ist|den|von|zu|mit|auf|im|nicht|ein'::tsquery),
        ts_rank('{1,1,1,1}', words, 'le|et|est|un|une|du|en|que|pour|au|pas|sur'::tsquery),
        ts_rank('{1,1,1,1}', words, 'o|os|do|da|dos|em|um|uma|com|nao|no|na'::tsquery),
        ts_rank('{1,1,1,1}', words, 'il|gli|di|che|e|un|per|con|non|alla|del|la'::tsquery),
        ts_rank('{1,1,1,1}', words, 'het|een|en|van|dat|op|te|met|niet|aan|ik|de'::tsquery)];
    most CONSTANT real := greatest(hits[1], hits[2], hits[3], hits[4], hits[5], hits[6], hits[7]);
BEGIN
    IF hits[array_position(languages, expected)] > 5 * 0.06 THEN
        RETURN expected;
    END IF;
    -- Of a list of twelve a word counts .05, one that is often there up to .083.
    RETURN CASE WHEN most < 0.09 THEN expected ELSE languages[array_position(hits, most)] END;
END
$$;

CREATE FUNCTION account_language(who uuid) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce((SELECT lower(left(u.locale, 2)) FROM users u WHERE u.id = who AND u.locale ~* '^(en|es|de|fr|pt|it|nl)\M'), 'simple');

-- Write the searchable text of a record: a row, or one for each piece of a long text. The title is part of every piece.
CREATE FUNCTION index_text(who uuid, record uuid, title text, body text) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    is_long CONSTANT boolean := octet_length(body) > 12000;
    head CONSTANT text := parted(left(title, 10000));
    start text := body;
    usual CONSTANT text := (SELECT t.language FROM user_texts t WHERE t.user_id = who
                            ORDER BY t.language = 'simple', t.texts DESC, t.language LIMIT 1);
    tongue text := coalesce(usual, account_language(who));
    config regconfig := configuration_of(tongue);
    name tsvector := setweight(to_tsvector(config, head), 'A');
    words tsvector;
    found text;
BEGIN
    IF is_long THEN
        start := (SELECT p FROM pieces_of(body) p LIMIT 1);
    END IF;
    start := parted(start);
    words := name || to_tsvector(config, start);
    found := language_of(words, tongue);
    IF found <> tongue THEN
        tongue := found;
        config := configuration_of(tongue);
        name := setweight(to_tsvector(config, head), 'A');
        words := name || to_tsvector(config, start);
    END IF;
    IF is_long THEN
        INSERT INTO record_texts (user_id, id, chunk, body, tsv, language, is_part)
            SELECT who, record, p.n - 1, p.piece, name || to_tsvector(config, parted(p.piece)), tongue, true
            FROM pieces_of(body) WITH ORDINALITY p (piece, n);
    ELSE
        INSERT INTO record_texts (user_id, id, chunk, body, tsv, language) VALUES (who, record, 0, body, words, tongue);
    END IF;
    IF tongue IS DISTINCT FROM usual THEN
        INSERT INTO user_texts AS t (user_id, language, texts) VALUES (who, tongue, 1)
            ON CONFLICT (user_id, language) DO UPDATE SET texts = t.texts + excluded.texts
            WHERE t.counted_at IS NULL AND t.texts < 50;  -- until they are counted: enough to know which is usual
    END IF;
END
$$;

-- The passage with the matching words, as `... <mark>word</mark> ...`: HTML with no other tag in it. What joins words is
-- set apart by \1, as the index has it, and the marks are \2 and \3 until the rest is escaped.
CREATE FUNCTION snippet(record uuid, piece integer, words tsquery) RETURNS text
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    apart CONSTANT text := '[-+/@.<>&\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]';
    shape CONSTANT text := E'StartSel=\2, StopSel=\3, MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter=" … "';
    passage text;
    config regconfig;
BEGIN
    SELECT t.body, configuration_of(t.language) INTO passage, config FROM record_texts t
        WHERE t.user_id = acting_user() AND t.id = record AND t.chunk = piece;
    passage := regexp_replace(normalize(translate(passage, E'\1\2\3', '')), apart, E'\1\\&\1', 'g');
    passage := regexp_replace(ts_headline(config, passage, words, shape), E'\1|\3\1*\2', '', 'g');
    passage := replace(replace(replace(regexp_replace(btrim(passage), '\s+', ' ', 'g'), '&', '&amp;'), '<', '&lt;'), '>', '&gt;');
    RETURN replace(replace(passage, E'\2', '<mark>'), E'\3', '</mark>');
END
$$;
