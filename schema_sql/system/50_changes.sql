-- The log of all changes, one clock for each user, and who has read how far.

CREATE TABLE user_clocks (
    user_id uuid NOT NULL PRIMARY KEY,
    txid xid8 NOT NULL,
    change_set_id uuid NOT NULL
);
COMMENT ON TABLE user_clocks IS 'One row a user: whoever writes the log holds it until the end of the transaction. @class ledger';

CREATE TABLE change_sets (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    source text NOT NULL,
    reason text,
    actor_kind text NOT NULL DEFAULT 'user',
    actor_id uuid,
    reverts_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id)
);
CREATE INDEX change_sets_created_at_idx ON change_sets (user_id, created_at DESC, id);
COMMENT ON TABLE change_sets IS 'The changes of one action: a mutation, an import, a pull. @class ledger';
COMMENT ON COLUMN change_sets.source IS 'Where the action came from: graphql, import, cli, sql ...';

CREATE TABLE change_log (
    user_id uuid NOT NULL,
    seq bigint NOT NULL,
    change_set_id uuid NOT NULL,
    record_type text NOT NULL,
    record_id uuid NOT NULL,
    operation text NOT NULL,
    before jsonb,
    after jsonb,
    origin text NOT NULL,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, seq)
);
CREATE INDEX change_log_record_idx ON change_log (user_id, record_id, seq DESC);
CREATE INDEX change_log_change_set_idx ON change_log (user_id, change_set_id, seq);
COMMENT ON TABLE change_log IS 'Every change of every record, in the order of the user''s own clock. @class ledger @type change';
COMMENT ON COLUMN change_log.seq IS 'Place in the user''s log, from 1, without gaps.';
COMMENT ON COLUMN change_log.operation IS 'insert, update, delete, restore, purge, link, relink or unlink.';
COMMENT ON COLUMN change_log.before IS 'The changed columns as they were.';
COMMENT ON COLUMN change_log.after IS 'The changed columns as they became.';
COMMENT ON COLUMN change_log.origin IS 'Who wrote it, so that a reader can leave out its own echo.';

CREATE TABLE consumer_offsets (
    user_id uuid NOT NULL DEFAULT acting_user(),
    consumer text NOT NULL,
    seq bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (user_id, consumer)
);
COMMENT ON TABLE consumer_offsets IS 'How far each reader of the log has come. @class ledger';

-- Take the user's clock once per transaction and hold it. Returns the change set of this transaction.
-- The row says which transaction holds it; a step per row or per statement would be quadratic (DATABASE.md).
CREATE FUNCTION take_clock(who uuid) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    change_set uuid;
BEGIN
    SELECT c.change_set_id INTO change_set FROM user_clocks c
        WHERE c.user_id = who AND c.txid = pg_current_xact_id();
    IF FOUND THEN
        RETURN change_set;
    END IF;
    change_set := coalesce(nullif(current_setting('app.change_set', true), '')::uuid, gen_random_uuid());
    INSERT INTO user_clocks AS c (user_id, txid, change_set_id) VALUES (who, pg_current_xact_id(), change_set)
        ON CONFLICT (user_id) DO UPDATE SET txid = excluded.txid, change_set_id = excluded.change_set_id;
    RETURN change_set;
END
$$;
REVOKE EXECUTE ON FUNCTION take_clock(uuid) FROM PUBLIC;

-- Open a change: name its change set (null: one of its own) and its origin, and take the clock before any row is locked.
CREATE FUNCTION begin_change(change_set uuid, origin text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('app.change_set', coalesce(change_set::text, ''), true),
            set_config('app.origin', origin, true);
    RETURN take_clock(acting_user());
END
$$;

-- The last number of a user's log. Under the clock it is the number to count on from.
CREATE FUNCTION last_seq(who uuid) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT seq FROM change_log WHERE user_id = who ORDER BY seq DESC LIMIT 1), 0)
$$;
REVOKE EXECUTE ON FUNCTION last_seq(uuid) FROM PUBLIC;

CREATE FUNCTION open_change_set(who uuid, change_set uuid) RETURNS void
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO change_sets (user_id, id, source, reason)
        VALUES (who, change_set, coalesce(nullif(current_setting('app.origin', true), ''), 'sql'),
                nullif(current_setting('app.reason', true), ''))
        ON CONFLICT (user_id, id) DO NOTHING
$$;
REVOKE EXECUTE ON FUNCTION open_change_set(uuid, uuid) FROM PUBLIC;

-- Changes that a reader of the log could not take in; they are set aside and said, the rest goes on.
CREATE TABLE parked_changes (
    user_id uuid NOT NULL DEFAULT acting_user(),
    consumer text NOT NULL,
    seq bigint NOT NULL,
    error text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, consumer, seq)
);
COMMENT ON TABLE parked_changes IS 'Changes that a reader of the log could not take in. @class ledger';

-- Whose log goes on beyond where a reader stands. For the service's worker, which acts as each of them in turn.
CREATE FUNCTION users_behind(reader text) RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.user_id FROM user_clocks c LEFT JOIN consumer_offsets o ON o.user_id = c.user_id AND o.consumer = reader
    WHERE last_seq(c.user_id) > coalesce(o.seq, 0)
$$;
