-- Records that stand for one thing: which were merged into which, how to take them apart again, and which pairs a person
-- said are two. What is purged leaves all of it: every id here that may be of a record is a key to one.

CREATE TABLE record_merges (
    user_id uuid NOT NULL DEFAULT acting_user(),
    merge_id uuid NOT NULL,
    absorbed_id uuid NOT NULL,
    survivor_id uuid NOT NULL,
    current_id uuid NOT NULL,
    record_type text NOT NULL,
    merged_at timestamptz NOT NULL DEFAULT now(),
    split_at timestamptz,
    PRIMARY KEY (user_id, merge_id, absorbed_id)
);
ALTER TABLE record_merges ADD CONSTRAINT record_merges_absorbed_fkey FOREIGN KEY (user_id, absorbed_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE record_merges ADD CONSTRAINT record_merges_survivor_fkey FOREIGN KEY (user_id, survivor_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE record_merges ADD CONSTRAINT record_merges_current_fkey FOREIGN KEY (user_id, current_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX record_merges_absorbed_idx ON record_merges (user_id, absorbed_id);
CREATE INDEX record_merges_survivor_idx ON record_merges (user_id, survivor_id);
CREATE INDEX record_merges_current_idx ON record_merges (user_id, current_id) WHERE split_at IS NULL;
CREATE INDEX record_merges_merged_at_idx ON record_merges (user_id, merged_at DESC, merge_id);
COMMENT ON TABLE record_merges IS 'Which record was merged into which, and where it is now. @class ledger';
COMMENT ON COLUMN record_merges.merge_id IS 'The merge: its change set, one for all that were absorbed at once.';
COMMENT ON COLUMN record_merges.current_id IS 'Who stands for it now: the survivor, or who absorbed that one since.';
COMMENT ON COLUMN record_merges.split_at IS 'When it was taken apart again; null while it holds.';

-- The inverse of a merge, one row for each thing that it changed. Undone in the order of `step`, the last first.
CREATE TABLE record_merge_steps (
    user_id uuid NOT NULL DEFAULT acting_user(),
    merge_id uuid NOT NULL,
    step integer NOT NULL,
    subject_id uuid NOT NULL,
    column_name text NOT NULL DEFAULT '',
    kind text NOT NULL CHECK (kind IN ('derived', 'point', 'fill', 'aside', 'source', 'target', 'unlink', 'tie')),
    record_type text NOT NULL,
    record_id uuid NOT NULL,
    from_id uuid,
    to_id uuid,
    before jsonb,
    after text,
    PRIMARY KEY (user_id, merge_id, step, subject_id, column_name)
);
ALTER TABLE record_merge_steps ADD CONSTRAINT record_merge_steps_record_fkey FOREIGN KEY (user_id, record_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE record_merge_steps ADD CONSTRAINT record_merge_steps_from_fkey FOREIGN KEY (user_id, from_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE record_merge_steps ADD CONSTRAINT record_merge_steps_to_fkey FOREIGN KEY (user_id, to_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX record_merge_steps_record_idx ON record_merge_steps (user_id, record_id);
CREATE INDEX record_merge_steps_from_idx ON record_merge_steps (user_id, from_id);
CREATE INDEX record_merge_steps_to_idx ON record_merge_steps (user_id, to_id);
COMMENT ON TABLE record_merge_steps IS 'What a merge changed and how it was before. @class ledger';
COMMENT ON COLUMN record_merge_steps.subject_id IS 'The row that was changed: a record, or an edge.';
COMMENT ON COLUMN record_merge_steps.column_name IS 'The column that was changed; of an edge its relation.';
COMMENT ON COLUMN record_merge_steps.kind IS 'point: a key to another record; fill: a value; aside: deleted; source, target: an end
of an edge; unlink: an edge deleted; tie: an edge made; derived: an edge that followed from the records.';
COMMENT ON COLUMN record_merge_steps.from_id IS 'The record that the key or the edge led to before.';
COMMENT ON COLUMN record_merge_steps.to_id IS 'The record that it leads to since; null where it leads nowhere.';
COMMENT ON COLUMN record_merge_steps.before IS 'The value before.';
COMMENT ON COLUMN record_merge_steps.after IS 'The MD5 of the value since, which tells whether it was changed by hand.';

CREATE TABLE dismissed_duplicates (
    user_id uuid NOT NULL DEFAULT acting_user(),
    low_id uuid NOT NULL,
    high_id uuid NOT NULL,
    dismissed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, low_id, high_id),
    CHECK (low_id < high_id)
);
ALTER TABLE dismissed_duplicates ADD CONSTRAINT dismissed_duplicates_low_fkey FOREIGN KEY (user_id, low_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE dismissed_duplicates ADD CONSTRAINT dismissed_duplicates_high_fkey FOREIGN KEY (user_id, high_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX dismissed_duplicates_high_idx ON dismissed_duplicates (user_id, high_id);
COMMENT ON TABLE dismissed_duplicates IS 'Pairs that look alike and are two: they are not suggested again. @class ledger';

-- The structural edges of the acting user that a table's rules keep under the keys of these records, each with the record
-- that has the key. Row security would hide their index.
CREATE FUNCTION derived_under(followed text, records uuid[]) RETURNS TABLE (link uuid, record uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    rule record;
BEGIN
    FOR rule IN
        SELECT regexp_replace(tgname, '^z_(.*)_insert$', '\1') AS name, obj_description(oid, 'pg_trigger') AS key FROM pg_trigger
        WHERE tgrelid = to_regclass(quote_ident(followed)) AND tgname ~ '^z_edges_.*_insert$'
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT DISTINCT l.id, k.id FROM (
                 SELECT id, (%s)::text AS key FROM %I WHERE user_id = acting_user() AND id = ANY ($1)) k
             JOIN entity_links l ON l.user_id = acting_user() AND l.kind = ''structural''
                 AND l.evidence ->> ''rule'' = %L AND l.evidence ->> ''key'' = k.key AND l.deleted_at IS NULL',
            rule.key, followed, rule.name) USING records;
    END LOOP;
END
$$;
