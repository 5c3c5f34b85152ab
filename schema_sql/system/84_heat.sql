-- Heat: how much a record matters now, by forward decay (SEARCH.md). A record keeps the logarithm of the sum of e^(lambda * t)
-- over its accesses; what that is worth at a moment is 1 - e^(-sum), the sum decayed to then. Order by heat never changes
-- with time within a type, so an index has the hottest and no job has to let anything cool.

CREATE TYPE access_kind AS ENUM ('opened', 'followed', 'edited', 'search_click', 'linked', 'agent', 'sync', 'import');
COMMENT ON TYPE access_kind IS 'How a record was come upon: by a person, by an agent, or by a machine, which does not warm it.';

CREATE FUNCTION access_weight(kind access_kind) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE kind WHEN 'opened' THEN 1 WHEN 'edited' THEN 1 WHEN 'followed' THEN 0.9 WHEN 'search_click' THEN 0.7
        WHEN 'agent' THEN 0.3 WHEN 'linked' THEN 0.3 ELSE 0 END;

CREATE TABLE heat_types (
    type text NOT NULL PRIMARY KEY,
    half_life double precision NOT NULL CHECK (half_life BETWEEN 0.1 AND 36500)
);
COMMENT ON TABLE heat_types IS 'The types of records that have heat (@flags H), kept by migrate. @class reference';
COMMENT ON COLUMN heat_types.half_life IS 'Days until half of the heat is gone (@half_life of the table, else 30).';
GRANT SELECT ON heat_types TO lifeloom_service;

CREATE TABLE record_heat (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    level double precision NOT NULL DEFAULT '-Infinity',
    half_life double precision NOT NULL,
    pinned boolean NOT NULL DEFAULT false,
    opened bigint NOT NULL DEFAULT 0,
    rank double precision NOT NULL GENERATED ALWAYS AS (CASE WHEN pinned THEN 'Infinity'::double precision ELSE level END) STORED,
    PRIMARY KEY (user_id, id)
);
ALTER TABLE record_heat ADD CONSTRAINT record_heat_record_fkey FOREIGN KEY (user_id, id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX record_heat_rank_idx ON record_heat (user_id, type, rank DESC, id DESC) INCLUDE (half_life);
COMMENT ON TABLE record_heat IS 'How warm each record is that was ever accessed. @class ledger';
COMMENT ON COLUMN record_heat.level IS 'ln of the sum of weight * e^(ln 2 / half_life * days since 2000) over the accesses.';
COMMENT ON COLUMN record_heat.pinned IS 'A pinned record is as hot as can be until it is unpinned.';
COMMENT ON COLUMN record_heat.opened IS 'How many accesses have counted, of any kind.';
COMMENT ON COLUMN record_heat.rank IS 'The order by heat among the records of a type.';

-- The same, for each kind of access on its own: they add up to the whole.
CREATE TABLE heat_parts (
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    kind access_kind NOT NULL,
    level double precision NOT NULL,
    times bigint NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, id, kind)
);
ALTER TABLE heat_parts ADD CONSTRAINT heat_parts_record_fkey FOREIGN KEY (user_id, id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
COMMENT ON TABLE heat_parts IS 'What the heat of a record consists of: its accesses by kind. @class ledger';
COMMENT ON COLUMN heat_parts.level IS 'As record_heat.level, over the accesses of this kind.';
COMMENT ON COLUMN heat_parts.times IS 'How many accesses of this kind have counted.';

CREATE FUNCTION heat_days(moment timestamptz) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN date_part('epoch', moment - timestamptz '2000-01-01 00:00:00+00') / 86400;

-- ln of what the accesses under a level are worth at a moment: what records of different types are compared by.
CREATE FUNCTION warmth(level double precision, half_life double precision, moment timestamptz) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN level - ln(2::double precision) / half_life * heat_days(moment);

-- 0 to 1; without a row (nulls) 0. The bounds keep exp() from overflow and underflow, which are errors.
CREATE FUNCTION heat_at(level double precision, half_life double precision, pinned boolean, moment timestamptz)
    RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN pinned THEN 1 ELSE 1 - exp(-exp(least(3.7, greatest(-700, warmth(level, half_life, moment))))) END;

-- ln(e^one + e^other)
CREATE FUNCTION add_levels(one double precision, other double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN greatest(one, other) + ln(1 + exp(-least(abs(one - other), 700)));

-- What is done again within ten minutes of the clock is one sitting: an application that refreshes a page, or an editor
-- that saves every second, is not more attention.
CREATE FUNCTION sitting(moment timestamptz) RETURNS timestamptz
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN date_bin('10 minutes', moment, timestamptz '2000-01-01 00:00:00+00');

-- A clock that was ahead left more behind than its accesses could be worth today: take them as of now.
CREATE FUNCTION cool_what_is_ahead(who uuid, accessed uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    today CONSTANT double precision := heat_days(now());
BEGIN
    UPDATE heat_parts p SET level = ln(p.times::double precision) + ln(2::double precision) / h.half_life * today
        FROM record_heat h
        WHERE h.user_id = who AND h.id = ANY (accessed) AND p.user_id = who AND p.id = h.id
            AND p.level > ln(p.times::double precision) + ln(2::double precision) / h.half_life * today + 1e-6;
    UPDATE record_heat h SET level = ln(h.opened::double precision) + ln(2::double precision) / h.half_life * today
        WHERE h.user_id = who AND h.id = ANY (accessed) AND h.opened > 0
            AND h.level > ln(h.opened::double precision) + ln(2::double precision) / h.half_life * today + 1e-6;
END
$$;
REVOKE EXECUTE ON FUNCTION cool_what_is_ahead(uuid, uuid[]) FROM PUBLIC;

-- Count accesses: of record n by kind n at moment n. Unless each counts `again`, those of one sitting count once. In the
-- order of ids, so that two of these never wait for each other.
CREATE FUNCTION warm(who uuid, accessed uuid[], kinds access_kind[], moments timestamptz[], again boolean) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM cool_what_is_ahead(who, accessed);
    WITH given AS (
        SELECT r.id, r.type, t.half_life, g.kind, min(least(g.moment, now())) AS moment
        FROM unnest(accessed, kinds, moments) WITH ORDINALITY g (id, kind, moment, n)
        JOIN records r ON r.user_id = who AND r.id = g.id AND r.deleted_at IS NULL
        JOIN heat_types t ON t.type = r.type
        WHERE access_weight(g.kind) > 0
        GROUP BY r.id, r.type, t.half_life, g.kind, sitting(g.moment), CASE WHEN again THEN g.n END
    ), levels AS (
        SELECT g.*, ln(access_weight(g.kind)) + ln(2::double precision) / g.half_life * heat_days(g.moment) AS level FROM given g
    ), tops AS (
        SELECT l.*, max(l.level) OVER (PARTITION BY l.id, l.kind) AS top FROM levels l
    ), summed AS (
        SELECT s.id, s.type, s.half_life, s.kind, count(*) AS times, max(s.moment) AS last_at,
               s.top + ln(sum(exp(greatest(s.level - s.top, -700)))) AS level
        FROM tops s GROUP BY s.id, s.type, s.half_life, s.kind, s.top
    ), counted AS (
        INSERT INTO heat_parts AS p (user_id, id, kind, level, times, last_at)
        SELECT who, s.id, s.kind, s.level, s.times, s.last_at FROM summed s ORDER BY s.id, s.kind
        ON CONFLICT (user_id, id, kind) DO UPDATE SET level = add_levels(p.level, excluded.level),
            times = p.times + excluded.times, last_at = greatest(p.last_at, excluded.last_at)
            WHERE again OR sitting(p.last_at) <> sitting(excluded.last_at)
        RETURNING p.id, p.kind
    ), whole AS (
        SELECT s.*, max(s.level) OVER (PARTITION BY s.id) AS top FROM summed s JOIN counted c USING (id, kind)
    )
    INSERT INTO record_heat AS h (user_id, id, type, level, half_life, opened)
    SELECT who, w.id, w.type, w.top + ln(sum(exp(greatest(w.level - w.top, -700)))), w.half_life, sum(w.times)
    FROM whole w GROUP BY w.id, w.type, w.half_life, w.top ORDER BY w.id
    ON CONFLICT (user_id, id) DO UPDATE SET level = add_levels(h.level, excluded.level), opened = h.opened + excluded.opened;
END
$$;
REVOKE EXECUTE ON FUNCTION warm(uuid, uuid[], access_kind[], timestamptz[], boolean) FROM PUBLIC;

-- What the service counts after its answers; `ago` are the seconds since, by a clock that does not jump.
CREATE FUNCTION count_accesses(accessed uuid[], kinds access_kind[], ago double precision[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT warm(acting_user(), accessed, kinds,
                ARRAY(SELECT now() - make_interval(secs => least(86400, greatest(0, s))) FROM unnest(ago) WITH ORDINALITY a (s, n) ORDER BY n),
                false)
$$;

-- One access that somebody means: it counts whatever was counted before. Null where there is no such living record, false
-- where its type has no heat.
CREATE FUNCTION touch_record(record uuid, kind access_kind) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM warm(acting_user(), ARRAY[record], ARRAY[kind], ARRAY[now()], true);
    RETURN (SELECT EXISTS (SELECT FROM heat_types t WHERE t.type = r.type) FROM records r
            WHERE r.user_id = acting_user() AND r.id = record AND r.deleted_at IS NULL);
END
$$;

-- Answers as touch_record does.
CREATE FUNCTION pin_record(record uuid, hold boolean) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO record_heat AS h (user_id, id, type, half_life, pinned)
        SELECT r.user_id, r.id, r.type, t.half_life, hold FROM records r JOIN heat_types t ON t.type = r.type
        WHERE r.user_id = acting_user() AND r.id = record AND r.deleted_at IS NULL
        ON CONFLICT (user_id, id) DO UPDATE SET pinned = excluded.pinned;
    RETURN (SELECT EXISTS (SELECT FROM heat_types t WHERE t.type = r.type) FROM records r
            WHERE r.user_id = acting_user() AND r.id = record AND r.deleted_at IS NULL);
END
$$;

-- Count what people did, from lines of the acting user's log: making and changing a record, and both ends of an edge that
-- was tied by hand. More than a hundred lines of one change set are a script's work, not a person's.
CREATE FUNCTION count_edits(seqs bigint[]) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH told AS MATERIALIZED (
        SELECT c.* FROM change_log c WHERE c.user_id = acting_user() AND c.seq = ANY (seqs)
    ), by_hand AS (
        SELECT s.change_set_id FROM (SELECT DISTINCT t.change_set_id FROM told t) s
        WHERE (SELECT count(*) FROM (
            SELECT FROM change_log l WHERE l.user_id = acting_user() AND l.change_set_id = s.change_set_id LIMIT 101) few) <= 100
    ), accesses AS (
        SELECT a.id, a.kind, t.occurred_at FROM told t JOIN by_hand USING (change_set_id) CROSS JOIN LATERAL (
            SELECT t.record_id AS id, 'edited'::access_kind AS kind WHERE t.operation IN ('insert', 'update', 'restore')
            UNION ALL
            SELECT (t.after ->> e.key)::uuid, 'linked' FROM (VALUES ('source_id'), ('target_id')) e (key)
            WHERE t.operation = 'link' AND t.after ->> 'kind' = 'manual') a
    )
    SELECT warm(acting_user(), array_agg(a.id), array_agg(a.kind), array_agg(a.occurred_at), false) FROM accesses a
    HAVING count(*) > 0
$$;

-- Say which types have heat, and for how long it lasts. Where a half-life is another now, nothing is warmer or colder for it
-- at this moment.
CREATE FUNCTION set_half_lives(types text[], half_lives double precision[]) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    today CONSTANT double precision := heat_days(now());
BEGIN
    UPDATE heat_parts p SET level = p.level + ln(2::double precision) * (1 / g.half_life - 1 / h.half_life) * today
        FROM unnest(types, half_lives) g (type, half_life), record_heat h
        WHERE h.type = g.type AND h.half_life <> g.half_life AND p.user_id = h.user_id AND p.id = h.id;
    UPDATE record_heat h SET half_life = g.half_life,
            level = h.level + ln(2::double precision) * (1 / g.half_life - 1 / h.half_life) * today
        FROM unnest(types, half_lives) g (type, half_life) WHERE h.type = g.type AND h.half_life <> g.half_life;
    INSERT INTO heat_types (type, half_life) SELECT * FROM unnest(types, half_lives)
        ON CONFLICT (type) DO UPDATE SET half_life = excluded.half_life;
    DELETE FROM heat_types WHERE type <> ALL (types);
END
$$;
REVOKE EXECUTE ON FUNCTION set_half_lives(text[], double precision[]) FROM PUBLIC;
