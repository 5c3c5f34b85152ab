-- How many of a user's texts have a word, and how long they are: what makes a rare word count more than a common one.
-- Counted beside the writing (graph/search/terms.py): until then a new text is found and ranked with the old numbers.

-- Count the acting user's words anew. What is read takes its time, what is written is only what differs; frequent words
-- may differ by a fiftieth.
CREATE FUNCTION count_terms() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who CONSTANT uuid := acting_user();
    seq CONSTANT bigint := last_seq(who);
    every CONSTANT text := format('SELECT tsv FROM record_texts WHERE user_id = %L AND language = ', who);
    found record;
BEGIN
    WITH stated AS MATERIALIZED (
        SELECT t.language, s.word, s.ndoc, s.nentry
        FROM user_texts t CROSS JOIN LATERAL ts_stat(every || quote_literal(t.language)) s WHERE t.user_id = who
    ), counted AS (
        SELECT s.word, sum(s.ndoc)::integer AS df FROM stated s WHERE octet_length(s.word) <= 200 GROUP BY s.word
    ), lengths AS (
        SELECT s.language, sum(s.nentry) AS words FROM stated s GROUP BY s.language
    )
    SELECT array_agg(c.word) AS terms, array_agg(c.df) AS dfs,
           (SELECT jsonb_object_agg(l.language, l.words) FROM lengths l) AS words INTO found FROM counted c;
    PERFORM FROM user_texts t WHERE t.user_id = who ORDER BY t.language FOR UPDATE;
    DELETE FROM user_terms WHERE user_id = who AND term NOT IN (SELECT unnest(found.terms));
    INSERT INTO user_terms AS t (user_id, term, df)
        SELECT who, c.term, c.df FROM unnest(found.terms, found.dfs) c (term, df)
        ON CONFLICT (user_id, term) DO UPDATE SET df = excluded.df WHERE abs(t.df - excluded.df) > t.df / 50;
    UPDATE user_texts t SET counted_seq = seq, counted_at = now(),
            texts = (SELECT count(*) FROM record_texts r WHERE r.user_id = who AND r.language = t.language),
            words = coalesce((found.words ->> t.language)::bigint, 0)
        WHERE t.user_id = who;
    RETURN cardinality(found.terms);
END
$$;

-- Whose words are to be counted, for the service, which acts as each of them in turn. Counting may take a hundredth of the
-- time: a few texts are counted again after a second, 200,000 after half an hour or when a fifth has changed.
CREATE FUNCTION users_to_count() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.user_id FROM (
        SELECT t.user_id, sum(t.texts) AS texts, min(t.counted_seq) AS seq, min(t.counted_at) AS at, bool_or(t.counted_seq IS NULL) AS is_new
        FROM user_texts t GROUP BY t.user_id) c
    CROSS JOIN LATERAL (SELECT last_seq(c.user_id) - coalesce(c.seq, 0) AS changes) l
    WHERE c.is_new OR l.changes > greatest(c.texts / 5, 50)
        OR l.changes > 0 AND clock_timestamp() - c.at > interval '1 s' + c.texts * interval '10 ms'
$$;

-- Let a record's words be forgotten with it. What was not counted yet is set right by the next count.
CREATE FUNCTION forget_words(who uuid, record uuid) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    terms CONSTANT text[] := ARRAY(
        SELECT DISTINCT unnest(tsvector_to_array(r.tsv)) FROM record_texts r WHERE r.user_id = who AND r.id = record);
BEGIN
    PERFORM FROM user_texts t WHERE t.user_id = who ORDER BY t.language FOR UPDATE;
    DELETE FROM user_terms WHERE user_id = who AND term = ANY (terms) AND df <= 1;
    UPDATE user_terms SET df = df - 1 WHERE user_id = who AND term = ANY (terms);
END
$$;
REVOKE EXECUTE ON FUNCTION forget_words(uuid, uuid) FROM PUBLIC;
