-- Lexical search. Row security would disable the text index (its operators are not leakproof), therefore these functions
-- run as the owner and look at the acting user themselves.

-- websearch_to_tsquery of what one types, the last word as a prefix unless it is quoted or excluded.
CREATE FUNCTION lexical_query(query text) RETURNS tsquery
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    last_word CONSTANT text := substring(query FROM '(?:^|\s)([^\s"-][^\s"]*)$');
    head tsquery;
    tail tsquery;
BEGIN
    IF last_word IS NULL OR lower(last_word) = 'or' OR length(replace(query, '"', '')) % 2 <> length(query) % 2 THEN
        RETURN websearch_to_tsquery('lifeloom', query);
    END IF;
    head := websearch_to_tsquery('lifeloom', left(query, length(query) - length(last_word)));
    tail := (SELECT to_tsquery('simple', string_agg(quote_literal(w) || ':*', ' & '))
             FROM unnest(tsvector_to_array(to_tsvector('lifeloom', last_word))) w);
    IF query ~* '\sor\s+\S+$' THEN
        RETURN head || tail;
    END IF;
    RETURN CASE WHEN numnode(head) = 0 THEN tail WHEN tail IS NULL THEN head ELSE head && tail END;
END
$$;

CREATE FUNCTION search_lexical(query text, types text[], since timestamptz, until timestamptz)
    RETURNS TABLE (id uuid, type text, chunk integer, score real, words tsquery)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who CONSTANT uuid := acting_user();
    wanted CONSTANT tsquery := lexical_query(query);
BEGIN
    IF who IS NULL OR wanted IS NULL OR numnode(wanted) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT DISTINCT ON (r.id) r.id, r.type, t.chunk, ts_rank('{0.1,0.2,0.4,1.0}', t.tsv, wanted, 1) AS score, wanted
        FROM record_texts t
        JOIN records r ON r.user_id = who AND r.id = t.id AND r.deleted_at IS NULL
            AND (types IS NULL OR r.type = ANY (types))
            AND (since IS NULL OR r.at >= since) AND (until IS NULL OR r.at < until)
        WHERE t.user_id = who AND t.tsv @@ wanted
        ORDER BY r.id, score DESC;
END
$$;

-- The passage with the matching words, as `... <mark>word</mark> ...`; the text around them is not escaped.
CREATE FUNCTION snippet(record uuid, piece integer, words tsquery) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT ts_headline('lifeloom', left(t.body, 50000), words,
                       'StartSel=<mark>, StopSel=</mark>, MaxFragments=2, MaxWords=24, MinWords=8, FragmentDelimiter=" … "')
    FROM record_texts t WHERE t.user_id = acting_user() AND t.id = record AND t.chunk = piece
$$;
