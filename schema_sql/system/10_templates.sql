-- What every record has. A table says LIKE entity INCLUDING ALL (or one of the richer templates) and adds its own.

CREATE TABLE entity (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL DEFAULT acting_user(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX entity_created_at_idx ON entity (user_id, created_at, id) WHERE deleted_at IS NULL;
COMMENT ON TABLE entity IS 'Template: what every record has. @class template';
COMMENT ON COLUMN entity.id IS 'The record''s own id, unique over all types.';
COMMENT ON COLUMN entity.user_id IS 'Whose life this belongs to.';
COMMENT ON COLUMN entity.created_at IS 'When the record came into this instance.';
COMMENT ON COLUMN entity.updated_at IS 'When one of its columns last changed.';
COMMENT ON COLUMN entity.deleted_at IS 'When it was deleted; a deleted record can be restored.';

CREATE TABLE described (
    LIKE entity INCLUDING ALL,
    custom_fields jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(custom_fields) = 'object'),
    sensitivity smallint CHECK (sensitivity BETWEEN 0 AND 3)
);
COMMENT ON TABLE described IS 'Template: a record that a person looks at. @class template';
COMMENT ON COLUMN described.custom_fields IS 'Anything of one''s own, by name; an update merges into it (RFC 7396) and null removes a name.';
COMMENT ON COLUMN described.sensitivity IS '0 low, 1 normal, 2 high, 3 critical: which text may leave this machine. Null is the default of the type.';

CREATE TABLE synced_part (
    LIKE entity INCLUDING ALL,
    source text NOT NULL DEFAULT 'local'
);
COMMENT ON TABLE synced_part IS 'Template: a part of a record that may come from elsewhere. @class template';
COMMENT ON COLUMN synced_part.source IS 'Where the row came from: local, or the name of an import or a connector.';

CREATE TABLE synced (
    LIKE described INCLUDING ALL,
    source text NOT NULL DEFAULT 'local'
);
COMMENT ON TABLE synced IS 'Template: a record that a person looks at and that may come from elsewhere. @class template';
COMMENT ON COLUMN synced.source IS 'Where the record came from: local, or the name of an import or a connector.';

-- RFC 7396: objects merge name by name, null removes a name, anything else replaces.
CREATE FUNCTION merge_patch(target jsonb, patch jsonb) RETURNS jsonb
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    merged jsonb;
    name text;
    value jsonb;
BEGIN
    IF patch IS NULL OR jsonb_typeof(patch) <> 'object' THEN
        RETURN patch;
    END IF;
    merged := CASE WHEN jsonb_typeof(target) = 'object' THEN target ELSE '{}' END;
    FOR name, value IN SELECT * FROM jsonb_each(patch) LOOP
        IF jsonb_typeof(value) = 'null' THEN
            merged := merged - name;
        ELSE
            merged := jsonb_set(merged, ARRAY[name], merge_patch(merged -> name, value));
        END IF;
    END LOOP;
    RETURN merged;
END
$$;
