-- Which texts match, and how well. A text is a row of the index: a record, or a piece of a long one, whose best piece counts.

-- What must and what must not be in a record, alternative by alternative: its phrases, else any of its words.
CREATE FUNCTION search_conditions(query text, terms search_term[])
    RETURNS TABLE (alternative integer, is_never boolean, words text)
    LANGUAGE sql STABLE ROWS 2 SET search_path = public, pg_temp AS $$
    WITH phrases AS (
        SELECT p.alternative, p.is_excluded, phrase_of(p.part, p.is_begun, own_languages()) AS words
        FROM typed_parts(query) p WHERE p.is_excluded OR p.is_phrase
    ), required AS (
        SELECT p.* FROM phrases p WHERE p.words IS NOT NULL
    ), alternatives AS (
        SELECT t.alternative, string_agg('(' || t.words || ')', ' | ') AS words FROM unnest(terms) t GROUP BY t.alternative
    )
    SELECT r.* FROM required r JOIN alternatives a USING (alternative)
    UNION ALL
    SELECT a.alternative, false, a.words FROM alternatives a
    WHERE NOT EXISTS (SELECT FROM required r WHERE r.alternative = a.alternative AND NOT r.is_excluded)
$$;

-- The same as one query for a text of one piece.
CREATE FUNCTION search_filter(query text, terms search_term[]) RETURNS tsquery
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT string_agg('(' || a.words || ')', ' | ')::tsquery FROM (
        SELECT string_agg(CASE WHEN c.is_never THEN '!(' ELSE '(' END || c.words || ')', ' & ') AS words
        FROM search_conditions(query, terms) c GROUP BY c.alternative) a
$$;

-- The acting user's long texts that have what is asked for somewhere in their pieces.
CREATE FUNCTION long_matches(query text, terms search_term[]) RETURNS uuid[]
    LANGUAGE sql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
    WITH conditions AS MATERIALIZED (
        SELECT c.*, row_number() OVER () AS n, count(*) FILTER (WHERE NOT c.is_never) OVER (PARTITION BY c.alternative) AS needed
        FROM search_conditions(query, terms) c
    ), hits AS (
        SELECT DISTINCT t.id, c.n, c.alternative, c.is_never, c.needed
        FROM conditions c JOIN record_texts t ON t.user_id = acting_user() AND t.is_part AND t.tsv @@ c.words::tsquery
    )
    SELECT coalesce(array_agg(DISTINCT f.id), '{}') FROM (
        SELECT h.id FROM hits h GROUP BY h.id, h.alternative, h.needed
        HAVING count(*) FILTER (WHERE NOT h.is_never) = h.needed AND NOT bool_or(h.is_never)) f
$$;

-- SQL for how often a lexeme is in a text. With equal weights ts_rank adds 1/n^2 for the n-th place of it and divides by
-- pi^2/6: that tells the number. Of several lexemes it tells the mean; two that are there both add up to more than one.
CREATE FUNCTION times_sql(lexemes text[]) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
DECLARE
    n CONSTANT integer := cardinality(lexemes);
    one CONSTANT text := 'round(1 / (1.644934067::float8 - 1.644934066::float8 * %s) - 0.5)';
    rank CONSTANT text := 'ts_rank(''{1,1,1,1}'', c.tsv, %L::tsquery)';
    together text := format(rank, (SELECT string_agg(as_tsquery(l), ' | ') FROM unnest(lexemes) l));
    apart text;
BEGIN
    IF n = 1 THEN
        RETURN format(one, together);
    END IF;
    together := format('(%s * %s)', n, together);
    apart := (SELECT string_agg(format(one, format(rank, as_tsquery(l))), ' + ') FROM unnest(lexemes) l);
    RETURN format('CASE WHEN %1$s < 1 THEN %2$s ELSE %3$s END', together, format(one, together), apart);
END
$$;

-- SQL for what a word adds to the score of a text of the relative length that c.k stands for (k1 1.2, b 0.75).
CREATE FUNCTION score_sql(term search_term, title_weight real) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
DECLARE
    forms CONSTANT text[] := coalesce(term.near, term.forms);
    weight CONSTANT double precision := CASE WHEN term.near IS NULL THEN term.weight ELSE term.start_weight END;
    times text := times_sql(forms);
    title text := (SELECT string_agg(as_tsquery(f, ':A'), CASE WHEN term.is_pair THEN ' <-> ' ELSE ' | ' END) FROM unnest(forms) f);
    score text;
BEGIN
    IF term.is_pair THEN
        times := format('CASE WHEN c.tsv @@ %L::tsquery THEN least(%s, %s) ELSE 0 END', term.words, times_sql(forms[:1]), times_sql(forms[2:]));
    END IF;
    score := format('%s::float8 * (2.2 - 2.2 * y.k / (%s + y.k))', weight, times);
    IF title_weight > 0 THEN
        score := format('%s + %s::float8 * (c.tsv @@ %L::tsquery)::integer', score, weight * title_weight, title);
    END IF;
    IF term.start IS NOT NULL THEN
        score := format('greatest(%s, %s::float8 * ((c.tsv @@ %L::tsquery)::integer * 2.2 / (1 + y.k) + %s * (c.tsv @@ %L::tsquery)::integer))',
            score, term.start_weight, as_tsquery(term.start, ':*'), title_weight, as_tsquery(term.start, ':*A'));
    END IF;
    RETURN score;
END
$$;

-- SQL for the k1 of BM25 with the length of the text in it. ts_rank that is divided by the length tells the length.
CREATE FUNCTION length_sql(words tsquery, average double precision) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp
    RETURN format('0.3 + %s::float8 * (ts_rank(''{1,1,1,1}'', c.tsv, %L::tsquery) / nullif(ts_rank(''{1,1,1,1}'', c.tsv, %2$L::tsquery, 2), 0))',
        0.9 / greatest(average, 1), words);

-- By what to look for the best, when the texts with any of the words are more than can be ranked at once (MaxScore, cut
-- short): the rarest words whose texts are about 2,000 together; with few of these, what has two or all of the common ones.
-- Null when all can be ranked; empty when the words are all too common.
CREATE FUNCTION narrowed(terms search_term[], texts bigint) RETURNS text
    LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
DECLARE
    few CONSTANT integer := 4000;
    rare text;
    of_rare bigint;
    common record;
BEGIN
    IF least(texts, (SELECT sum(t.df) FROM unnest(terms) t)) <= few THEN
        RETURN NULL;
    END IF;
    SELECT string_agg('(' || t.words || ')', ' | '), coalesce(sum(t.df), 0) INTO rare, of_rare FROM (
        SELECT u.*, sum(u.df) OVER (ORDER BY u.df, u.word) - u.df AS before FROM unnest(terms) u) t
        WHERE t.df + t.before <= few AND t.before < few / 2;
    IF of_rare >= 500 THEN
        RETURN rare;
    END IF;
    WITH commons AS (
        SELECT u.*, row_number() OVER (ORDER BY u.df, u.word) AS n FROM unnest(terms) u WHERE u.df > few LIMIT 4
    )
    SELECT (SELECT string_agg(format('(%s) & (%s)', a.words, b.words), ' | ') FROM commons a JOIN commons b ON a.n < b.n) AS two,
           (SELECT sum(a.df::float8 * b.df / texts) FROM commons a JOIN commons b ON a.n < b.n) AS with_two,
           (SELECT string_agg('(' || a.words || ')', ' & ') FROM commons a HAVING count(*) > 1) AS every,
           (SELECT texts * exp(sum(ln(least(1, a.df::float8 / texts)))) FROM commons a) AS with_every INTO common;
    RETURN concat_ws(' | ', rare, CASE WHEN common.with_two <= few THEN common.two
                                       WHEN common.with_every <= few THEN '(' || common.every || ')' END);
END
$$;

-- The newest records that match, of ten times as many that are looked at.
CREATE FUNCTION newest_matches(sought tsquery, types text[], since timestamptz, until timestamptz, many integer) RETURNS uuid[]
    LANGUAGE sql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
    SELECT array_agg(m.id) FROM (
        SELECT r.id FROM (
            SELECT r.id FROM records r WHERE r.user_id = acting_user() AND r.deleted_at IS NULL
                AND (types IS NULL OR r.type = ANY (types)) AND (since IS NULL OR r.at >= since) AND (until IS NULL OR r.at < until)
            ORDER BY r.at DESC, r.id LIMIT 10 * many) r
        CROSS JOIN LATERAL (
            SELECT FROM record_texts t WHERE t.user_id = acting_user() AND t.id = r.id AND t.tsv @@ sought LIMIT 1) t
        LIMIT many) m
$$;

-- Every record of the acting user that matches, and the piece to look at.
CREATE FUNCTION lexical_matches(query text, types text[], since timestamptz, until timestamptz)
    RETURNS TABLE (id uuid, type text, at timestamptz, chunk integer)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    who CONSTANT uuid := acting_user();
    terms CONSTANT search_term[] := ARRAY(SELECT t FROM search_terms(query) t);
    wanted CONSTANT tsquery := search_filter(query, terms);
    sought CONSTANT tsquery := (SELECT string_agg('(' || t.words || ')', ' | ')::tsquery FROM unnest(terms) t);
    long_ones CONSTANT uuid[] := long_matches(query, terms);
BEGIN
    IF who IS NULL OR wanted IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT r.id, r.type, r.at, m.chunk
        FROM (SELECT t.id, t.chunk FROM record_texts t WHERE t.user_id = who AND NOT t.is_part AND t.tsv @@ wanted
              UNION ALL
              SELECT l.* FROM (SELECT DISTINCT ON (t.id) t.id, t.chunk FROM record_texts t
                               WHERE t.user_id = who AND t.is_part AND t.tsv @@ sought AND t.id = ANY (long_ones)
                               ORDER BY t.id, ts_rank(t.tsv, sought) DESC, t.chunk) l) m
        JOIN records r ON r.user_id = who AND r.id = m.id AND r.deleted_at IS NULL
            AND (types IS NULL OR r.type = ANY (types))
            AND (since IS NULL OR r.at >= since) AND (until IS NULL OR r.at < until);
END
$$;

-- The statement that ranks: $1 the user, $2 what texts of one piece and $3 what pieces must match, $4 the records that the
-- pieces belong to (null: any), $5 to $7 the filters, $8 how many, $9 records to rank besides. Of the best only so many are
-- looked up as are needed.
CREATE FUNCTION ranking_sql(score text, relative_length text) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN format($statement$
        WITH scored AS MATERIALIZED (
            SELECT c.id, c.chunk, c.is_part, (%s)::real AS score
            FROM (SELECT t.id, t.chunk, t.is_part, setweight(t.tsv, 'D', '{}') AS tsv FROM record_texts t
                  WHERE t.user_id = $1 AND NOT t.is_part AND t.tsv @@ $2
                  UNION ALL
                  SELECT t.id, t.chunk, t.is_part, setweight(t.tsv, 'D', '{}') FROM record_texts t
                  WHERE t.user_id = $1 AND t.is_part AND t.tsv @@ $3 AND ($4::uuid[] IS NULL OR t.id = ANY ($4))
                  UNION ALL
                  SELECT t.id, t.chunk, t.is_part, setweight(t.tsv, 'D', '{}') FROM record_texts t
                  WHERE t.user_id = $1 AND t.id = ANY ($9::uuid[]) AND NOT t.tsv @@ $3 OFFSET 0) c
            CROSS JOIN LATERAL (SELECT coalesce(%s, 1.2) AS k OFFSET 0) y
        ), best AS (
            SELECT s.id, s.chunk, s.score FROM scored s WHERE NOT s.is_part
            UNION ALL
            SELECT p.* FROM (SELECT DISTINCT ON (s.id) s.id, s.chunk, s.score FROM scored s WHERE s.is_part
                             ORDER BY s.id, s.score DESC, s.chunk) p
        )
        SELECT f.* FROM (
            SELECT b.id, r.type, r.at, b.chunk, b.score
            FROM (SELECT * FROM best ORDER BY score DESC OFFSET 0) b CROSS JOIN LATERAL (
                SELECT r.type, r.at FROM records r WHERE r.user_id = $1 AND r.id = b.id AND r.deleted_at IS NULL
                    AND ($5::text[] IS NULL OR r.type = ANY ($5))
                    AND ($6::timestamptz IS NULL OR r.at >= $6) AND ($7::timestamptz IS NULL OR r.at < $7) OFFSET 0) r
            ORDER BY b.score DESC FETCH FIRST $8 ROWS WITH TIES) f
        ORDER BY f.score DESC, f.at DESC, f.id LIMIT $8
        $statement$, score, relative_length);

-- The acting user's records that match best, and the piece that is meant. `sought_terms` are those of the query.
CREATE FUNCTION ranked_by_words(
    query text, sought_terms search_term[], types text[], since timestamptz, until timestamptz, title_weight real, depth integer
) RETURNS TABLE (id uuid, type text, at timestamptz, chunk integer, score real)
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET enable_seqscan = off AS $$
DECLARE
    who CONSTANT uuid := acting_user();
    terms CONSTANT search_term[] := ARRAY(SELECT t FROM unnest(sought_terms) t ORDER BY t.df, t.word LIMIT 50);
    sought CONSTANT tsquery := (SELECT string_agg('(' || t.words || ')', ' | ')::tsquery FROM unnest(terms) t);
    wanted CONSTANT tsquery := search_filter(query, terms);
    everything CONSTANT record := texts_in_all();
    is_plain CONSTANT boolean := NOT EXISTS (SELECT FROM typed_parts(query) p WHERE p.is_excluded OR p.is_phrase);
    narrow text;
    statement text;
    long_ones uuid[];
    newest uuid[];
BEGIN
    IF who IS NULL OR wanted IS NULL OR depth < 1 THEN
        RETURN;
    END IF;
    statement := ranking_sql((SELECT string_agg(score_sql(t, title_weight), ' + ') FROM unnest(terms) t),
                             length_sql(sought, everything.length));
    IF NOT is_plain THEN
        long_ones := long_matches(query, terms);
    ELSIF depth <= 4000 THEN
        narrow := narrowed(terms, everything.texts);
    END IF;
    IF narrow = '' OR narrow IS NOT NULL AND depth > (SELECT count(*) FROM (
            SELECT FROM record_texts t WHERE t.user_id = who AND NOT t.is_part AND t.tsv @@ narrow::tsquery LIMIT depth) c) THEN
        newest := newest_matches(sought, types, since, until, greatest(2 * depth, 500));
    END IF;
    RETURN QUERY EXECUTE statement
        USING who, coalesce(narrow::tsquery, wanted), coalesce(narrow::tsquery, sought), long_ones, types, since, until, depth, newest;
END
$$;

-- The same for a query whose terms nobody knows yet.
CREATE FUNCTION search_lexical(
    query text, types text[], since timestamptz, until timestamptz, title_weight real, depth integer
) RETURNS TABLE (id uuid, type text, at timestamptz, chunk integer, score real)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM ranked_by_words(query, ARRAY(SELECT t FROM search_terms(query) t), types, since, until, title_weight, depth)
$$;
