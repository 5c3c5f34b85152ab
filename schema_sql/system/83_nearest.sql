-- Search by meaning. The function, not the planner, chooses how: the planner would take an index of neighbours for a user
-- with few vectors and find half of them. As in 80_search.sql these run as the owner and look at the acting user.

-- The name of the index of neighbours of one user and one model; there is one where it pays (graph/embedding/nearest.py).
-- It is the user's alone, so that nobody's vectors change what another finds.
CREATE FUNCTION nearest_index(who uuid, model uuid) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN 'embeddings_near_' || left(md5(who::text || model::text), 24);

-- Compares with every vector of the user. No plan reads the table: beside somebody with many vectors it would read theirs.
CREATE FUNCTION nearest_of_all(who uuid, model uuid, wanted vector, types text[], since timestamptz, until timestamptz, depth integer)
    RETURNS TABLE (id uuid, type text, at timestamptz, chunk integer, similarity real)
    LANGUAGE sql STABLE SET search_path = public, pg_temp SET enable_seqscan = off
    SET plan_cache_mode = force_generic_plan AS $$
    WITH best AS MATERIALIZED (
        SELECT DISTINCT ON (e.record_id) e.record_id, e.chunk_no, e.embedding <#> wanted AS distance FROM embeddings e
        WHERE e.user_id = who AND e.model_id = model ORDER BY e.record_id, distance, e.chunk_no
    )
    SELECT r.id, r.type, r.at, b.chunk_no, -b.distance
    FROM (SELECT * FROM best ORDER BY distance, record_id) b CROSS JOIN LATERAL (
        SELECT r.id, r.type, r.at FROM records r
        WHERE r.user_id = who AND r.id = b.record_id AND r.deleted_at IS NULL AND (types IS NULL OR r.type = ANY (types))
            AND (since IS NULL OR r.at >= since) AND (until IS NULL OR r.at < until) OFFSET 0) r
    LIMIT depth
$$;
REVOKE EXECUTE ON FUNCTION nearest_of_all(uuid, uuid, vector, text[], timestamptz, timestamptz, integer) FROM PUBLIC;

-- Compares with every vector of these records.
CREATE FUNCTION nearest_of_these(who uuid, model uuid, wanted vector, records uuid[], depth integer)
    RETURNS TABLE (id uuid, type text, at timestamptz, chunk integer, similarity real)
    LANGUAGE sql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
    WITH best AS MATERIALIZED (
        SELECT p.record_id, e.chunk_no, e.distance FROM unnest(records) p (record_id) CROSS JOIN LATERAL (
            SELECT e.chunk_no, e.embedding <#> wanted AS distance FROM embeddings e
            WHERE e.user_id = who AND e.model_id = model AND e.record_id = p.record_id ORDER BY distance, e.chunk_no LIMIT 1) e
        ORDER BY e.distance, p.record_id LIMIT depth
    )
    SELECT r.id, r.type, r.at, b.chunk_no, -b.distance
    FROM best b JOIN records r ON r.user_id = who AND r.id = b.record_id ORDER BY b.distance, r.id
$$;
REVOKE EXECUTE ON FUNCTION nearest_of_these(uuid, uuid, vector, uuid[], integer) FROM PUBLIC;

-- Walks the index of neighbours until enough records are found, and puts them in order by their exact distances. The
-- filter is a subquery of each row, never a join: a join would lose the order of the index.
CREATE FUNCTION nearest_by_index(who uuid, model uuid, wanted vector, types text[], since timestamptz, until timestamptz, depth integer)
    RETURNS TABLE (id uuid, type text, at timestamptz, chunk integer, similarity real)
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET enable_sort = off
    SET hnsw.iterative_scan = relaxed_order SET hnsw.ef_search = 100 AS $$
DECLARE
    statement CONSTANT text := format($near$
        SELECT array_agg(n.record_id), array_agg(n.chunk_no), array_agg(n.embedding <#> $1) FROM (
            SELECT e.record_id, e.chunk_no, e.embedding FROM embeddings e
            WHERE e.user_id = %1$L AND e.model_id = %2$L AND (
                SELECT true FROM records r WHERE r.user_id = %1$L AND r.id = e.record_id AND r.deleted_at IS NULL
                AND ($2 IS NULL OR r.type = ANY ($2)) AND ($3 IS NULL OR r.at >= $3) AND ($4 IS NULL OR r.at < $4))
            ORDER BY e.embedding::halfvec(%3$s) <#> $1::halfvec(%3$s) LIMIT $5) n$near$, who, model, vector_dims(wanted));
    reach integer := 2 * depth;
    found uuid[];
    chunks integer[];
    distances double precision[];
BEGIN
    IF types IS NOT NULL OR since IS NOT NULL OR until IS NOT NULL THEN
        PERFORM set_config('hnsw.ef_search', '200', true); -- of what is near, much is left out
    END IF;
    LOOP
        EXECUTE statement INTO found, chunks, distances USING wanted, types, since, until, reach;
        EXIT WHEN coalesce(cardinality(found), 0) < reach OR reach >= 32 * depth
            OR (SELECT count(DISTINCT f) FROM unnest(found) f) >= depth;
        reach := 4 * reach;
    END LOOP;
    RETURN QUERY
        SELECT r.id, r.type, r.at, b.chunk_no, (-b.distance)::real
        FROM (SELECT DISTINCT ON (f.record_id) f.* FROM unnest(found, chunks, distances) f (record_id, chunk_no, distance)
              ORDER BY f.record_id, f.distance, f.chunk_no) b
        JOIN records r ON r.user_id = who AND r.id = b.record_id ORDER BY b.distance, r.id LIMIT depth;
END
$$;
REVOKE EXECUTE ON FUNCTION nearest_by_index(uuid, uuid, vector, text[], timestamptz, timestamptz, integer) FROM PUBLIC;

-- The acting user's records of these types and times, where they are 5,000 at most; else null.
CREATE FUNCTION few_records(types text[], since timestamptz, until timestamptz) RETURNS uuid[]
    LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    who CONSTANT uuid := acting_user();
    few uuid[];
BEGIN
    few := ARRAY(SELECT r.id FROM records r WHERE r.user_id = who AND r.deleted_at IS NULL
                 AND (types IS NULL OR r.type = ANY (types)) AND (since IS NULL OR r.at >= since) AND (until IS NULL OR r.at < until)
                 LIMIT 5001);
    RETURN CASE WHEN cardinality(few) <= 5000 THEN few END;
END
$$;
REVOKE EXECUTE ON FUNCTION few_records(text[], timestamptz, timestamptz) FROM PUBLIC;

-- The acting user's `depth` records nearest to a vector of this model, each with its nearest piece. Vectors of another
-- length than the model's find nothing.
CREATE FUNCTION search_semantic(model uuid, wanted vector, types text[], since timestamptz, until timestamptz, depth integer)
    RETURNS TABLE (id uuid, type text, at timestamptz, chunk integer, similarity real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who CONSTANT uuid := acting_user();
    few uuid[];
BEGIN
    IF who IS NULL OR wanted IS NULL OR depth < 1
        OR vector_dims(wanted) IS DISTINCT FROM (SELECT m.dimensions FROM embedding_models m WHERE m.id = model) THEN
        RETURN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_index i WHERE i.indexrelid = to_regclass(nearest_index(who, model)) AND i.indisvalid) THEN
        RETURN QUERY SELECT * FROM nearest_of_all(who, model, wanted, types, since, until, depth);
        RETURN;
    END IF;
    IF types IS NOT NULL OR since IS NOT NULL OR until IS NOT NULL THEN
        few := few_records(types, since, until);
    END IF;
    IF few IS NOT NULL THEN
        RETURN QUERY SELECT * FROM nearest_of_these(who, model, wanted, few, depth);
    ELSE
        RETURN QUERY SELECT * FROM nearest_by_index(who, model, wanted, types, since, until, depth);
    END IF;
END
$$;

-- The records nearest to a record, by the middle of its vectors.
CREATE FUNCTION similar_records(record uuid, types text[], depth integer)
    RETURNS TABLE (id uuid, type text, similarity real)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.id, s.type, s.similarity FROM (
        SELECT l2_normalize(avg(e.embedding)) AS middle FROM embeddings e
        JOIN records r ON r.user_id = e.user_id AND r.id = e.record_id AND r.deleted_at IS NULL
        WHERE e.user_id = acting_user() AND e.model_id = active_model() AND e.record_id = record) m
    CROSS JOIN LATERAL search_semantic(active_model(), m.middle, types, NULL, NULL, depth + 1) s
    WHERE s.id <> record ORDER BY s.similarity DESC, s.id LIMIT depth
$$;

-- The beginning of an embedded piece, as HTML without any tag.
CREATE FUNCTION passage(record uuid, chunk integer) RETURNS text
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT replace(replace(replace(CASE WHEN length(p.text) > 320 THEN left(p.text, 300) || ' …' ELSE p.text END,
                                   '&', '&amp;'), '<', '&lt;'), '>', '&gt;')
    FROM embeddings e CROSS JOIN LATERAL (SELECT btrim(regexp_replace(e.text, '\s+', ' ', 'g')) AS text) p
    JOIN records r ON r.user_id = e.user_id AND r.id = e.record_id AND r.deleted_at IS NULL
    WHERE e.user_id = acting_user() AND e.record_id = record AND e.chunk_no = chunk
    ORDER BY e.model_id = active_model() DESC NULLS LAST LIMIT 1
$$;
