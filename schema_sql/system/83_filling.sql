-- How vectors come to be: what has to wait for them, what was made, and the change from one model to the next. All of it
-- concerns the acting user alone; as in 80_search.sql these run as the owner and look at who that is themselves.

-- These texts changed: who lives waits for vectors of every model in use, with a new ticket and before all older ones;
-- who does not loses them. The queue comes first: whoever is just storing vectors holds its rows.
CREATE FUNCTION texts_changed(told uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who CONSTANT uuid := acting_user();
    living CONSTANT uuid[] := ARRAY(SELECT r.id FROM records r WHERE r.user_id = who AND r.id = ANY (told)
                                    AND r.deleted_at IS NULL ORDER BY r.id);
BEGIN
    DELETE FROM embedding_queue q WHERE q.user_id = who AND q.record_id = ANY (told) AND q.record_id <> ALL (living);
    DELETE FROM embeddings e WHERE e.user_id = who AND e.record_id = ANY (told) AND e.record_id <> ALL (living);
    DELETE FROM parked_texts p WHERE p.user_id = who AND p.record_id = ANY (told);
    WITH queued AS (
        INSERT INTO embedding_queue AS q (user_id, model_id, record_id, priority)
            SELECT who, m.model_id, l.id, 1e13 + extract(epoch FROM now())
            FROM user_models m CROSS JOIN unnest(living) l (id)
            WHERE m.user_id = who AND m.state IN ('active', 'filling') ORDER BY m.model_id, l.id
            ON CONFLICT (user_id, model_id, record_id) DO UPDATE SET ticket = excluded.ticket,
                priority = excluded.priority, attempts = excluded.attempts, due_at = excluded.due_at
            RETURNING q.model_id, (q.xmax = 0)::integer AS fresh
    )
    UPDATE user_models m SET total = CASE WHEN m.done < m.total THEN m.total ELSE 0 END + n.fresh,
            done = CASE WHEN m.done < m.total THEN m.done ELSE 0 END
        FROM (SELECT q.model_id, sum(q.fresh) AS fresh FROM queued q GROUP BY q.model_id) n
        WHERE m.user_id = who AND m.model_id = n.model_id AND n.fresh > 0;
END
$$;

-- Queue the next records of these types for a model, the hottest and newest to come first, and note how far it is; null
-- when all are queued. Step by step, because nobody shall wait for it.
CREATE FUNCTION queue_records(model uuid, types text[], step integer) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who CONSTANT uuid := acting_user();
    place uuid := (SELECT m.queued_to FROM user_models m WHERE m.user_id = who AND m.model_id = model FOR UPDATE);
    these uuid[];
    n bigint;
BEGIN
    IF place IS NULL THEN
        RETURN NULL;
    END IF;
    these := ARRAY(SELECT r.id FROM records r WHERE r.user_id = who AND r.id > place ORDER BY r.id LIMIT step);
    INSERT INTO embedding_queue (user_id, model_id, record_id, priority)
        SELECT who, model, r.id, least(greatest(extract(epoch FROM r.at), 0), 9e9)
                + 1e10 * round(100 * coalesce(heat_at(h.level, h.half_life, h.pinned, now()), 0)::numeric)
        FROM records r LEFT JOIN record_heat h ON h.user_id = who AND h.id = r.id
        WHERE r.user_id = who AND r.id = ANY (these) AND r.type = ANY (types) AND r.deleted_at IS NULL
        ON CONFLICT (user_id, model_id, record_id) DO NOTHING;
    GET DIAGNOSTICS n = ROW_COUNT;
    place := these[step];
    UPDATE user_models m SET total = m.total + n, queued_to = place, updated_at = now()
        WHERE m.user_id = who AND m.model_id = model;
    RETURN place;
END
$$;

-- Store pieces of records whose tickets still hold. A piece without a vector takes that of the same text, which stood at
-- another place of its record.
CREATE FUNCTION keep_vectors(
    model uuid, owners uuid[], tickets uuid[], chunks integer[], hashes bytea[], texts text[], vectors text[]
) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who CONSTANT uuid := acting_user();
BEGIN
    PERFORM FROM embedding_queue q WHERE q.user_id = who AND q.model_id = model AND q.record_id = ANY (owners)
        ORDER BY q.record_id FOR UPDATE;
    INSERT INTO embeddings (user_id, model_id, record_id, chunk_no, content_sha256, text, embedding)
        SELECT who, model, q.record_id, g.chunk, g.hash, g.text, coalesce(g.vector::vector, old.embedding)
        FROM unnest(owners, tickets, chunks, hashes, texts, vectors) g (owner, ticket, chunk, hash, text, vector)
        JOIN embedding_queue q ON q.user_id = who AND q.model_id = model AND q.record_id = g.owner AND q.ticket = g.ticket
        LEFT JOIN LATERAL (SELECT e.embedding FROM embeddings e WHERE e.user_id = who AND e.model_id = model
            AND e.record_id = g.owner AND e.content_sha256 = g.hash AND g.vector IS NULL LIMIT 1) old ON true
        WHERE g.vector IS NOT NULL OR old.embedding IS NOT NULL
        ON CONFLICT (user_id, model_id, record_id, chunk_no) DO UPDATE SET content_sha256 = excluded.content_sha256,
            text = excluded.text, embedding = excluded.embedding, made_at = excluded.made_at;
END
$$;

-- These records have all their vectors: they wait no longer, and pieces behind their last one go. Tickets that do not
-- hold any more are left alone. `pace` is the time a record takes now.
CREATE FUNCTION settle_texts(model uuid, owners uuid[], tickets uuid[], sizes integer[], pace double precision) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who CONSTANT uuid := acting_user();
    settled uuid[];
BEGIN
    PERFORM FROM embedding_queue q WHERE q.user_id = who AND q.model_id = model AND q.record_id = ANY (owners)
        ORDER BY q.record_id FOR UPDATE;
    WITH gone AS (
        DELETE FROM embedding_queue q USING unnest(owners, tickets) g (owner, ticket)
            WHERE q.user_id = who AND q.model_id = model AND q.record_id = g.owner AND q.ticket = g.ticket
            RETURNING q.record_id
    )
    SELECT array_agg(g.record_id) INTO settled FROM gone g;
    DELETE FROM embeddings e USING unnest(owners, sizes) g (owner, size)
        WHERE e.user_id = who AND e.model_id = model AND e.record_id = g.owner AND e.chunk_no >= g.size
        AND g.owner = ANY (settled);
    UPDATE user_models m SET done = m.done + cardinality(settled), problem = NULL, updated_at = now(),
            eta = now() + make_interval(secs => pace * (m.total - m.done - cardinality(settled)))
        WHERE m.user_id = who AND m.model_id = model AND settled IS NOT NULL;
END
$$;

-- Nothing waits for this model any more. Where it was being filled to take another's place, it does so now, unless so
-- many of its texts were parked that searches would find less. Returns its state.
CREATE FUNCTION model_caught_up(model uuid) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who CONSTANT uuid := acting_user();
    found user_models;
    worse bigint;
BEGIN
    SELECT m.* INTO found FROM user_models m WHERE m.user_id = who AND m.model_id = model FOR UPDATE;
    IF found.queued_to IS NOT NULL
        OR EXISTS (SELECT FROM embedding_queue q WHERE q.user_id = who AND q.model_id = model) THEN
        RETURN found.state;
    END IF;
    IF found.state = 'filling' THEN
        SELECT count(*) FILTER (WHERE p.model_id = model) - count(*) FILTER (WHERE p.model_id <> model) INTO worse
            FROM parked_texts p JOIN user_models m ON m.user_id = who AND m.model_id = p.model_id AND m.state <> 'retired'
            WHERE p.user_id = who AND NOT p.withheld;
        IF worse * 100 > found.total THEN
            UPDATE user_models m SET done = m.total, eta = NULL, updated_at = now(),
                    problem = worse || ' more texts are parked than with the present model: see parkedTexts.'
                WHERE m.user_id = who AND m.model_id = model AND m.problem IS NULL;
            RETURN 'filling';
        END IF;
        DELETE FROM embedding_queue q USING user_models m
            WHERE m.user_id = who AND m.state = 'active' AND q.user_id = who AND q.model_id = m.model_id;
        UPDATE user_models m SET state = 'retired', queued_to = NULL, eta = NULL, problem = NULL, updated_at = now()
            WHERE m.user_id = who AND m.state = 'active';
    END IF;
    UPDATE user_models m SET state = 'active', done = m.total, eta = NULL, problem = NULL, updated_at = now(),
            finished_at = now(), activated_at = CASE WHEN found.state = 'active' THEN m.activated_at ELSE now() END
        WHERE m.user_id = who AND m.model_id = model AND found.state <> 'retired';
    RETURN 'active';
END
$$;

-- Whose texts wait for which model or have all been done, so that a switch can be completed; and who has texts of these
-- types and no model yet. For the service's worker, which acts as each of them in turn.
CREATE FUNCTION users_to_embed(types text[]) RETURNS TABLE (user_id uuid, model_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    (SELECT m.user_id, m.model_id FROM user_models m
    WHERE m.state <> 'retired' AND (m.queued_to IS NOT NULL
        OR EXISTS (SELECT FROM embedding_queue q
                   WHERE q.user_id = m.user_id AND q.model_id = m.model_id AND q.due_at <= now())
        OR m.state = 'filling' AND m.problem IS NULL AND NOT EXISTS (
            SELECT FROM embedding_queue q WHERE q.user_id = m.user_id AND q.model_id = m.model_id))
    ORDER BY m.state)  -- active before filling: what is searched first, and whole when the other takes its place
    UNION ALL
    SELECT c.user_id, NULL FROM user_clocks c
    WHERE NOT EXISTS (SELECT FROM user_models m WHERE m.user_id = c.user_id AND m.state <> 'retired') AND EXISTS (
        SELECT FROM records r WHERE r.user_id = c.user_id AND r.type = ANY (types) AND r.deleted_at IS NULL)
$$;
