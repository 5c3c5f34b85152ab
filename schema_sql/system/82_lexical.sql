-- Lexical search: BM25 over the text index. A record matches by any of the words; "a phrase" must be there, what is
-- -excluded never, `this or that` are alternatives; rank decides. The last word may be a beginning, unless a space follows.

CREATE FUNCTION is_ideograph(word text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN word ~ '^[\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]';

-- One lexeme as a query; `mark` is :* for a beginning or :A for a title.
CREATE FUNCTION as_tsquery(lexeme text, mark text DEFAULT '') RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''' || mark;

-- The languages that the acting user's texts are in.
CREATE FUNCTION own_languages() RETURNS text[]
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(array_agg(t.language ORDER BY t.language), '{simple}') FROM user_texts t WHERE t.user_id = acting_user()
$$;

-- A folded word as these languages index it: each form once.
CREATE FUNCTION forms_of(word text, languages text[]) RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT array_agg(DISTINCT CASE WHEN l = 'simple' THEN word ELSE (ts_lexize(('stems_' || l)::regdictionary, word))[1] END COLLATE "C")
    FROM unnest(languages) l
$$;

-- What is typed, part by part: quoted or a word, excluded or not, and to which alternative it belongs.
CREATE FUNCTION typed_parts(query text)
    RETURNS TABLE (alternative integer, is_excluded boolean, is_phrase boolean, is_begun boolean, part text)
    LANGUAGE plpgsql IMMUTABLE ROWS 4 SET search_path = public, pg_temp AS $$
DECLARE
    given CONSTANT text := left(query, 1000);
    begun CONSTANT text := substring(given FROM '[^\s"]+$');
    is_empty boolean := true;
    found record;
BEGIN
    alternative := 0;
    FOR found IN SELECT m.part[1] AS minus, m.part[2] AS phrase, m.part[3] AS word, m.place = count(*) OVER () AS is_last
                 FROM regexp_matches(given, '(-?)(?:"([^"]*)"|([^\s"]+))', 'g') WITH ORDINALITY m (part, place) ORDER BY m.place LOOP
        IF lower(found.word) = 'or' AND found.minus = '' AND NOT is_empty THEN
            alternative := alternative + 1;
            is_empty := true;
            CONTINUE;
        END IF;
        part := left(parted(coalesce(found.phrase, found.word)), 1000);
        is_excluded := found.minus <> '';
        is_phrase := found.phrase IS NOT NULL;
        is_begun := found.is_last AND found.word = begun;
        is_empty := false;
        RETURN NEXT;
    END LOOP;
END
$$;

-- The words that rank, each with all its forms. Neighbouring characters of a script without spaces count in pairs.
CREATE FUNCTION typed_words(query text, languages text[])
    RETURNS TABLE (alternative integer, word text, forms text[], is_pair boolean, is_begun boolean, times bigint)
    LANGUAGE sql STABLE ROWS 4 SET search_path = public, pg_temp AS $$
    WITH lexemes AS (
        SELECT p.alternative, p.is_begun, w.* FROM typed_parts(query) p CROSS JOIN LATERAL (
            SELECT u.lexeme, is_ideograph(u.lexeme) AS is_ideograph, lead(u.lexeme) OVER places AS next, lag(u.lexeme) OVER places AS last
            FROM unnest(to_tsvector('lifeloom', p.part)) u CROSS JOIN unnest(u.positions) place WINDOW places AS (ORDER BY place)) w
        WHERE NOT p.is_excluded
    ), units AS (
        SELECT l.alternative, l.lexeme, CASE WHEN l.is_ideograph AND is_ideograph(l.next) THEN l.next END AS pair,
               l.is_begun AND l.next IS NULL AND NOT l.is_ideograph AND length(l.lexeme) > 1 AS is_begun
        FROM lexemes l WHERE NOT (l.is_ideograph AND coalesce(is_ideograph(l.last), false) AND NOT coalesce(is_ideograph(l.next), false))
    )
    SELECT u.alternative, u.lexeme || coalesce(u.pair, ''),
           CASE WHEN u.pair IS NULL THEN forms_of(u.lexeme, languages) ELSE ARRAY[u.lexeme, u.pair] END,
           u.pair IS NOT NULL, bool_or(u.is_begun), count(*)
    FROM units u GROUP BY u.alternative, u.lexeme, u.pair
$$;

-- A phrase in any of these languages; null where it has no word. The last word of one that is not finished is a beginning.
CREATE FUNCTION phrase_of(part text, is_begun boolean, languages text[]) RETURNS text
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT '(' || string_agg(DISTINCT p.words::text || CASE WHEN is_begun THEN ':*' ELSE '' END, ' | ') || ')'
    FROM unnest(languages) l CROSS JOIN LATERAL (SELECT phraseto_tsquery(configuration_of(l), part) AS words) p
    WHERE numnode(p.words) > 0
$$;

-- Up to three words of the acting user that a misspelt one may stand for.
CREATE FUNCTION near_terms(word text) RETURNS text[]
    LANGUAGE sql STABLE SET search_path = public, pg_temp SET pg_trgm.similarity_threshold = 0.4 AS $$
    SELECT array_agg(n.term) FROM (
        SELECT t.term FROM user_terms t WHERE t.user_id = acting_user() AND t.term % word
        ORDER BY similarity(t.term, word) DESC, t.df DESC, t.term LIMIT 3) n
$$;

-- How many of the acting user's texts have this. Where nothing has been counted yet, the index tells, up to a thousand.
CREATE FUNCTION texts_with(lexemes text[], words tsquery, is_counted boolean) RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF is_counted THEN
        RETURN (SELECT coalesce(sum(t.df), 0) FROM user_terms t WHERE t.user_id = acting_user() AND t.term = ANY (lexemes));
    END IF;
    RETURN (SELECT count(*) FROM (SELECT FROM record_texts t
        WHERE t.user_id = acting_user() AND NOT t.is_part AND t.tsv @@ words LIMIT 1000) c);
END
$$;

-- The texts that have a word which begins so.
CREATE FUNCTION texts_beginning(start text, is_counted boolean) RETURNS bigint
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF is_counted THEN
        RETURN (SELECT coalesce(sum(t.df), 0) FROM user_terms t
                WHERE t.user_id = acting_user() AND t.term >= start AND t.term < start || U&'\+10FFFF');
    END IF;
    RETURN texts_with(NULL, as_tsquery(start, ':*')::tsquery, false);
END
$$;

-- How many texts the acting user has and how long they are on average; the first thousand, where nobody has counted.
CREATE FUNCTION texts_in_all(OUT texts bigint, OUT length double precision, OUT is_counted boolean)
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET enable_seqscan = off AS $$
BEGIN
    SELECT sum(t.texts), sum(t.words)::float8 / nullif(sum(t.texts), 0) INTO texts, length
        FROM user_texts t WHERE t.user_id = acting_user() AND t.counted_at IS NOT NULL;
    is_counted := texts > 0;
    IF is_counted THEN
        RETURN;
    END IF;
    is_counted := false;
    SELECT count(*) INTO texts FROM (SELECT FROM record_texts t WHERE t.user_id = acting_user() LIMIT 1000) c;
    SELECT coalesce(avg(w.words), 1) INTO length
    FROM (SELECT t.tsv FROM record_texts t WHERE t.user_id = acting_user() LIMIT 30) s
    CROSS JOIN LATERAL (SELECT sum(cardinality(u.positions)) AS words FROM unnest(s.tsv) u) w;
END
$$;

-- What is sought: each word with what it weighs in its own forms, as a beginning, and in the words that stand in for it.
CREATE TYPE search_term AS (
    alternative integer, word text, forms text[], is_pair boolean, start text, near text[], words text,
    df bigint, weight double precision, start_weight double precision
);

CREATE FUNCTION rarity(texts bigint, df bigint) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ln(1 + (greatest(texts, df) - df + 0.5) / (df + 0.5));

CREATE FUNCTION search_terms(query text) RETURNS SETOF search_term
    LANGUAGE plpgsql STABLE ROWS 4 SET search_path = public, pg_temp AS $$
DECLARE
    languages CONSTANT text[] := own_languages();
    everything CONSTANT record := texts_in_all();
    begun_df bigint;
    typed record;
    term search_term;
BEGIN
    FOR typed IN SELECT * FROM typed_words(query, languages) LOOP
        term := (typed.alternative, typed.word, typed.forms, typed.is_pair, NULL, NULL,
                 (SELECT string_agg(as_tsquery(f), CASE WHEN typed.is_pair THEN ' <-> ' ELSE ' | ' END ORDER BY n)
                  FROM unnest(typed.forms) WITH ORDINALITY u (f, n)), 0, 0, 0);
        term.df := CASE WHEN typed.is_pair AND everything.is_counted
            THEN least(texts_with(typed.forms[:1], NULL, true), texts_with(typed.forms[2:], NULL, true))
            ELSE texts_with(typed.forms, term.words::tsquery, everything.is_counted) END;
        term.weight := typed.times * rarity(everything.texts, term.df);
        IF typed.is_begun THEN
            begun_df := texts_beginning(typed.word, everything.is_counted);
            IF begun_df > term.df OR begun_df = 0 THEN
                term.start := typed.word;
                term.start_weight := CASE WHEN term.df > 0 THEN 0.25 ELSE 0.8 END * rarity(everything.texts, begun_df);
                term.words := term.words || ' | ' || as_tsquery(typed.word, ':*');
            END IF;
            term.df := greatest(term.df, begun_df);
        END IF;
        IF term.df = 0 AND everything.is_counted AND length(typed.word) > 3 AND texts_with(NULL, term.words::tsquery, false) = 0 THEN
            term.near := near_terms(typed.word);
            term.words := coalesce((SELECT string_agg(as_tsquery(n), ' | ') FROM unnest(term.near) n), term.words);
            term.df := texts_with(term.near, NULL, true);
            term.start_weight := 0.5 * rarity(everything.texts, term.df);
        END IF;
        RETURN NEXT term;
    END LOOP;
END
$$;

-- The words to mark: any that may be there.
CREATE FUNCTION lexical_words(query text) RETURNS tsquery
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT string_agg('(' || t.words || ')', ' | ')::tsquery FROM search_terms(query) t
$$;
