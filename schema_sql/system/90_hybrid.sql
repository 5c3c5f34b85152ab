-- The search that `search` asks: by words, by meaning and by what the question names, put together and warmed by heat.
-- As in 80_search.sql these functions run as the owner and look at the acting user themselves.

-- The acting user's records that carry all of these tags and are linked with all of these records; null is no condition.
-- A tag stands for the narrower ones too: `boat` finds what is tagged `boat/sails`.
CREATE FUNCTION records_within(tags text[], linked_to uuid[]) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (WITH wanted AS (
        SELECT DISTINCT lower(ltrim(btrim(w), '#')) AS tag FROM unnest(tags) w
    ), tagged AS (
        SELECT w.tag::text AS condition, s.subject_id AS id FROM wanted w
        JOIN tags t ON t.user_id = acting_user() AND t.deleted_at IS NULL
            AND (t.name = w.tag OR starts_with(t.name, w.tag || '/'))
        JOIN record_tags s ON s.user_id = acting_user() AND s.tag_id = t.id AND s.deleted_at IS NULL
    ), linked AS (
        SELECT n.id::text AS condition, l.target_id AS id FROM unnest(linked_to) n(id)
        JOIN entity_links l ON l.user_id = acting_user() AND l.source_id = n.id AND l.deleted_at IS NULL
        UNION SELECT n.id::text, l.source_id FROM unnest(linked_to) n(id)
        JOIN entity_links l ON l.user_id = acting_user() AND l.target_id = n.id AND l.deleted_at IS NULL
    )
    SELECT coalesce(array_agg(f.id), '{}') FROM (
        SELECT c.id FROM (SELECT * FROM tagged UNION SELECT * FROM linked) c GROUP BY c.id
        HAVING count(DISTINCT c.condition) = (SELECT count(*) FROM wanted) + (SELECT count(DISTINCT n) FROM unnest(linked_to) n)) f);
END
$$;

-- What the question names, and what that is linked with, the heaviest first. The runs of up to five words are looked up
-- as names; a longer name counts more.
CREATE FUNCTION search_named(query text, types text[], since timestamptz, until timestamptz, depth integer)
    RETURNS TABLE (id uuid, score real)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
    WITH words AS MATERIALIZED (
        SELECT w.word, w.n FROM regexp_split_to_table(left(query, 500), '[\s.,;:!?()"]+') WITH ORDINALITY w(word, n)
        WHERE w.word <> '' LIMIT 60
    ), runs AS MATERIALIZED (
        SELECT name_key(r.name) AS key, max(r.length) AS length FROM (
            SELECT string_agg(b.word, ' ' ORDER BY b.n) AS name, s.size + 1 AS length FROM words a CROSS JOIN generate_series(0, 4) s(size)
            JOIN words b ON b.n BETWEEN a.n AND a.n + s.size GROUP BY a.n, s.size) r
        WHERE length(r.name) > 2 GROUP BY 1
    ), named AS MATERIALIZED (
        SELECT f.id, max(r.length) AS length FROM runs r CROSS JOIN LATERAL (
            SELECT n.id FROM record_names n WHERE n.user_id = acting_user() AND n.key = r.key AND NOT n.is_path LIMIT 10) f
        GROUP BY f.id ORDER BY 2 DESC, 1 LIMIT 20
    ), near AS (
        SELECT n.id, 1 + n.length AS score FROM named n
        UNION ALL
        SELECT l.far, l.weight * l.confidence / (l.weight * l.confidence + 1) FROM named n CROSS JOIN LATERAL (
            (SELECT l.target_id AS far, l.weight, l.confidence FROM entity_links l
             WHERE l.user_id = acting_user() AND l.source_id = n.id AND l.deleted_at IS NULL ORDER BY l.weight DESC, l.id LIMIT 50)
            UNION ALL
            (SELECT l.source_id, l.weight, l.confidence FROM entity_links l
             WHERE l.user_id = acting_user() AND l.target_id = n.id AND l.deleted_at IS NULL ORDER BY l.weight DESC, l.id LIMIT 50)) l
    )
    SELECT r.id, sum(n.score)::real FROM near n JOIN records r ON r.user_id = acting_user() AND r.id = n.id AND r.deleted_at IS NULL
        AND (types IS NULL OR r.type = ANY (types)) AND (since IS NULL OR r.at >= since) AND (until IS NULL OR r.at < until)
    GROUP BY r.id ORDER BY 2 DESC, 1 LIMIT depth
$$;

-- Whether a record of the acting user existed at a moment.
CREATE FUNCTION was_there(record uuid, moment timestamptz) RETURNS boolean
    LANGUAGE sql STABLE
    RETURN EXISTS (
        SELECT FROM records r WHERE r.user_id = acting_user() AND r.id = record AND r.created_at <= moment);

-- The records by words alone, best first, of those that were there at `as_of` (null: now); among `within` only, where it is given.
CREATE FUNCTION lexical_within(
    query text, terms search_term[], types text[], since timestamptz, until timestamptz, within uuid[], as_of timestamptz, depth integer
)
    RETURNS TABLE (id uuid, chunk integer, score real, rank integer)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT l.id, l.chunk, l.score, (row_number() OVER (ORDER BY l.score DESC, l.at DESC, l.id))::integer
    FROM ranked_by_words(query, terms, types, since, until, 1.0, CASE WHEN within IS NULL THEN depth ELSE 1000000 END) l
    WHERE (within IS NULL OR l.id = ANY (within)) AND (as_of IS NULL OR was_there(l.id, as_of))
    ORDER BY 4 LIMIT depth
$$;
REVOKE EXECUTE ON FUNCTION lexical_within(text, search_term[], text[], timestamptz, timestamptz, uuid[], timestamptz, integer) FROM PUBLIC;

-- The same by meaning. Records given as `within` may be of other types and times: they are filtered, not trusted.
CREATE FUNCTION semantic_within(
    model uuid, wanted vector, types text[], since timestamptz, until timestamptz, within uuid[], as_of timestamptz, depth integer
) RETURNS TABLE (id uuid, chunk integer, similarity real, rank integer)
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    IF wanted IS NULL OR depth < 1 THEN
        RETURN;
    ELSIF within IS NULL THEN
        RETURN QUERY SELECT s.id, s.chunk, s.similarity, (row_number() OVER (ORDER BY s.similarity DESC, s.id))::integer
            FROM search_semantic(model, wanted, types, since, until, depth) s WHERE (as_of IS NULL OR was_there(s.id, as_of));
    ELSE
        RETURN QUERY SELECT s.id, s.chunk, s.similarity, (row_number() OVER (ORDER BY s.similarity DESC, s.id))::integer
            FROM nearest_of_these(acting_user(), model, wanted, ARRAY(
                SELECT r.id FROM records r WHERE r.user_id = acting_user() AND r.id = ANY (within) AND r.deleted_at IS NULL
                    AND (types IS NULL OR r.type = ANY (types)) AND (since IS NULL OR r.at >= since)
                    AND (until IS NULL OR r.at < until)), depth) s WHERE (as_of IS NULL OR was_there(s.id, as_of));
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION semantic_within(uuid, vector, text[], timestamptz, timestamptz, uuid[], timestamptz, integer) FROM PUBLIC;

-- The ranks of a list shift when others come in; its later pages are made of the records that its first page saw.
CREATE FUNCTION last_change_at() RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT c.occurred_at FROM change_log c WHERE c.user_id = acting_user() ORDER BY c.seq DESC LIMIT 1), now())
$$;

-- What a search finds. HYBRID fuses the lists by their ranks (reciprocal rank fusion, Cormack et al. 2009, k = 10: it beat
-- the usual 60 on three labelled sets); what has but some of the words counts as much less in the list of words, or else a
-- few common words would outweigh a meaning. The other modes score by their own measure. Then heat counts: a score grows by a
-- factor from 1 to 1 + heat_weight, by the heat of `moment`. HYBRID takes 100 by words, 50 by meaning and 50 by name: no more
-- moved any labelled set. Any list alone ranks 1,000; with `deep`, the rest of what the words match follows with the score 0.
-- Without a vector what was to be found by meaning is found by words.
CREATE FUNCTION search_records(
    query text, mode text, model uuid, wanted vector, weight real, types text[], since timestamptz, until timestamptz,
    within uuid[], heat_weight double precision, moment timestamptz, as_of timestamptz, deep boolean
) RETURNS TABLE (
    id uuid, score real, rank integer, rank_without_heat integer, lexical_rank integer, lexical_score real,
    lexical_share real, semantic_rank integer, similarity real, semantic_share real, graph_rank integer, graph_score real,
    graph_share real, heat double precision, heat_factor double precision, chunk integer, passage integer, words tsquery
)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    k CONSTANT real := 10;
    graph_weight CONSTANT real := 0.5;
    who CONSTANT uuid := acting_user();
    terms CONSTANT search_term[] := ARRAY(SELECT t FROM search_terms(query) t);
    sought CONSTANT tsquery := (SELECT string_agg('(' || t.words || ')', ' | ')::tsquery FROM unnest(terms) t);
    in_full CONSTANT double precision := (
        SELECT 1.2 * sum(CASE WHEN t.near IS NULL THEN greatest(t.weight, t.start_weight) ELSE t.start_weight END)
        FROM unnest(terms) t);
    fused CONSTANT boolean := mode = 'HYBRID';
    by_words CONSTANT integer := CASE WHEN mode = 'LEXICAL' OR wanted IS NULL THEN 1000 WHEN fused THEN 100 ELSE 0 END;
    by_meaning CONSTANT integer := CASE mode WHEN 'HYBRID' THEN 50 WHEN 'SEMANTIC' THEN 1000 ELSE 0 END;
    by_name CONSTANT integer := CASE WHEN fused THEN 50 ELSE 0 END;
    best_possible CONSTANT real := CASE WHEN fused THEN (1 + CASE WHEN wanted IS NULL THEN 0 ELSE weight END) / (k + 1) ELSE 1 END;
BEGIN
    IF who IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
        WITH signals AS (
            SELECT l.id, l.rank AS lexical_rank, l.score AS lexical_score, l.chunk, NULL::integer AS semantic_rank,
                   NULL::real AS similarity, NULL::integer AS passage, NULL::integer AS graph_rank, NULL::real AS graph_score
            FROM lexical_within(query, terms, types, since, until, within, as_of, by_words) l WHERE by_words > 0
            UNION ALL
            SELECT s.id, NULL, NULL, NULL, s.rank, s.similarity, s.chunk, NULL, NULL
            FROM semantic_within(model, wanted, types, since, until, within, as_of, by_meaning) s
            UNION ALL
            SELECT g.id, NULL, NULL, NULL, NULL, NULL, NULL, (row_number() OVER (ORDER BY g.score DESC, g.id))::integer, g.score
            FROM search_named(query, types, since, until, by_name) g WHERE by_name > 0 AND (within IS NULL OR g.id = ANY (within)) AND (as_of IS NULL OR was_there(g.id, as_of))
        ), merged AS (
            SELECT s.id, max(s.lexical_rank) AS lexical_rank, max(s.lexical_score) AS lexical_score, max(s.chunk) AS chunk,
                   max(s.semantic_rank) AS semantic_rank, max(s.similarity) AS similarity, max(s.passage) AS passage,
                   max(s.graph_rank) AS graph_rank, max(s.graph_score) AS graph_score
            FROM signals s GROUP BY s.id
        ), shared AS (
            SELECT m.*, h.heat,
                   CASE WHEN fused THEN least(1, m.lexical_score / nullif(in_full, 0)) / (k + m.lexical_rank) / best_possible
                        ELSE m.lexical_score END AS lexical_share,
                   CASE WHEN fused THEN weight / (k + m.semantic_rank) / best_possible ELSE m.similarity END AS semantic_share,
                   graph_weight / (k + m.graph_rank) / best_possible AS graph_share
            FROM merged m CROSS JOIN LATERAL (
                SELECT coalesce((SELECT heat_at(t.level, t.half_life, t.pinned, moment) FROM record_heat t
                                 WHERE t.user_id = who AND t.id = m.id), 0) AS heat OFFSET 0) h
        ), scored AS (
            SELECT s.*, coalesce(s.lexical_share, 0) + coalesce(s.semantic_share, 0) + coalesce(s.graph_share, 0) AS cold,
                   1 + heat_weight * s.heat AS heat_factor
            FROM shared s
        ), warmed AS (
            SELECT s.*, (s.cold * s.heat_factor)::real AS score FROM scored s
        )
        SELECT w.id, w.score, (row_number() OVER (ORDER BY w.score DESC, w.id))::integer,
               (row_number() OVER (ORDER BY w.cold DESC, w.id))::integer, w.lexical_rank, w.lexical_score, w.lexical_share::real,
               w.semantic_rank, w.similarity, w.semantic_share::real, w.graph_rank, w.graph_score, w.graph_share::real,
               w.heat, w.heat_factor, w.chunk, w.passage, sought
        FROM warmed w;
    IF deep AND by_words = 1000 AND NOT fused THEN
        RETURN QUERY
            WITH ranked AS MATERIALIZED (
                SELECT l.id FROM lexical_within(query, terms, types, since, until, within, as_of, by_words) l)
            SELECT m.id, 0::real, m.n, m.n, m.n, 0::real, 0::real, NULL::integer, NULL::real, NULL::real,
                   NULL::integer, NULL::real, NULL::real, 0::float8, 1::float8, m.chunk, NULL::integer, sought
            FROM (SELECT m.id, m.chunk, by_words + (row_number() OVER (ORDER BY m.id))::integer AS n
                  FROM lexical_matches(query, types, since, until) m
                  WHERE (within IS NULL OR m.id = ANY (within)) AND (as_of IS NULL OR was_there(m.id, as_of)) AND NOT EXISTS (SELECT FROM ranked r WHERE r.id = m.id)) m;
    END IF;
END
$$;

-- Records whose texts mean much the same, in the shape of hits.
CREATE FUNCTION similar_hits(record uuid, types text[]) RETURNS TABLE (
    id uuid, score real, rank integer, rank_without_heat integer, lexical_rank integer, lexical_score real,
    lexical_share real, semantic_rank integer, similarity real, semantic_share real, graph_rank integer, graph_score real,
    graph_share real, heat double precision, heat_factor double precision, chunk integer, passage integer, words tsquery
)
    LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT s.id, s.similarity, s.n, s.n, NULL::integer, NULL::real, NULL::real, s.n, s.similarity, s.similarity, NULL::integer,
           NULL::real, NULL::real, 0::float8, 1::float8, NULL::integer, 0, NULL::tsquery
    FROM (SELECT r.*, (row_number() OVER (ORDER BY r.similarity DESC, r.id))::integer AS n
          FROM similar_records(record, types, 1000) r) s
$$;
