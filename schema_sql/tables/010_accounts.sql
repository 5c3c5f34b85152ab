-- Accounts and access: SCIM 2.0 (RFC 7643) words, and for what was done at the door those of FHIR AuditEvent and the
-- Elastic Common Schema. users and api_tokens are the machinery's own (system/).

CREATE TABLE user_settings (
    LIKE entity INCLUDING ALL,
    key text NOT NULL,
    value jsonb NOT NULL,
    CONSTRAINT user_settings_key_check CHECK (octet_length(key) BETWEEN 1 AND 256)
);
COMMENT ON TABLE user_settings IS 'One preference of the user, kept for the apps: theme, first day of the week,
default calendar. @flags C @label key @sensitivity normal';
COMMENT ON COLUMN user_settings.key IS 'Name of the setting, with dots between its parts: explorer.theme @title';
COMMENT ON COLUMN user_settings.value IS 'Any JSON value';
CREATE UNIQUE INDEX user_settings_key_key ON user_settings (user_id, key) WHERE deleted_at IS NULL;

CREATE TABLE user_groups (
    LIKE entity INCLUDING ALL,
    display_name text NOT NULL,
    kind text NOT NULL DEFAULT 'family',
    CONSTRAINT user_groups_kind_check CHECK (kind IN ('family', 'team'))
);
COMMENT ON TABLE user_groups IS 'Users of this instance that something can be shared with at once: Group of SCIM
2.0 (RFC 7643).
@flags C @label display_name @sensitivity normal';
COMMENT ON COLUMN user_groups.display_name IS 'Name of the group @title';
COMMENT ON COLUMN user_groups.kind IS 'family or team';

CREATE TABLE user_group_members (
    LIKE entity INCLUDING ALL,
    group_id uuid NOT NULL,
    member_id uuid NOT NULL,
    role text NOT NULL DEFAULT 'member',
    CONSTRAINT user_group_members_role_check CHECK (role IN ('owner', 'admin', 'member', 'guest'))
);
COMMENT ON TABLE user_group_members IS 'That a user is in a group. Made by commands of its own, so that nobody
learns by trying which other users exist.
@flags C @label role @managed @sensitivity normal';
COMMENT ON COLUMN user_group_members.group_id IS 'The group';
COMMENT ON COLUMN user_group_members.member_id IS 'The user who is in it';
COMMENT ON COLUMN user_group_members.role IS 'owner, admin, member or guest';
CREATE UNIQUE INDEX user_group_members_group_id_member_id_key
    ON user_group_members (user_id, group_id, member_id) WHERE deleted_at IS NULL;
CREATE INDEX user_group_members_group_id_idx ON user_group_members (user_id, group_id) WHERE deleted_at IS NULL;
CREATE INDEX user_group_members_member_id_idx ON user_group_members (user_id, member_id) WHERE deleted_at IS NULL;
ALTER TABLE user_group_members ADD CONSTRAINT user_group_members_group_id_fkey
    FOREIGN KEY (user_id, group_id) REFERENCES user_groups (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE user_group_members ADD CONSTRAINT user_group_members_member_id_fkey
    FOREIGN KEY (member_id) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE record_shares (
    LIKE entity INCLUDING ALL,
    subject_type text NOT NULL,
    subject_id uuid NOT NULL,
    grantee_kind text NOT NULL,
    grantee_id uuid,
    permission text NOT NULL DEFAULT 'read',
    expires_at timestamptz,
    link_token_sha256 bytea,
    CONSTRAINT record_shares_grantee_kind_check CHECK (grantee_kind IN ('user', 'group', 'link')),
    CONSTRAINT record_shares_permission_check CHECK (permission IN ('read', 'comment', 'write')),
    CONSTRAINT record_shares_grantee_check CHECK ((grantee_kind = 'link') = (grantee_id IS NULL)),
    CONSTRAINT record_shares_link_token_check CHECK (
        (grantee_kind = 'link') = (link_token_sha256 IS NOT NULL) AND octet_length(link_token_sha256) = 32
    )
);
COMMENT ON TABLE record_shares IS 'Leave given to a user, a group or the holder of a link to see or change one
record. Made by commands of its own.
@flags C @label permission @managed @sensitivity normal';
COMMENT ON COLUMN record_shares.subject_type IS 'Type of the shared record';
COMMENT ON COLUMN record_shares.subject_id IS 'The shared record, of any type';
COMMENT ON COLUMN record_shares.grantee_kind IS 'user, group or link';
COMMENT ON COLUMN record_shares.grantee_id IS 'The user or the group; empty for a link';
COMMENT ON COLUMN record_shares.permission IS 'read, comment or write';
COMMENT ON COLUMN record_shares.expires_at IS 'Until when it holds; empty means until it is taken back';
COMMENT ON COLUMN record_shares.link_token_sha256 IS 'SHA-256 of the token in the link @secret';
CREATE INDEX record_shares_subject_id_idx ON record_shares (user_id, subject_id) WHERE deleted_at IS NULL;
ALTER TABLE record_shares ADD CONSTRAINT record_shares_subject_id_fkey
    FOREIGN KEY (user_id, subject_id) REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- No key to records: that something was purged is known after it is gone.
CREATE TABLE audit_events (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    occurred_at timestamptz NOT NULL DEFAULT now(),
    actor_kind text NOT NULL,
    actor_id uuid,
    action text NOT NULL,
    record_type text,
    record_id uuid,
    outcome text NOT NULL DEFAULT 'success',
    request_id uuid,
    ip inet,
    user_agent text,
    detail jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (user_id, id),
    CONSTRAINT audit_events_actor_kind_check CHECK (actor_kind IN ('user', 'app', 'agent', 'connector', 'browser', 'system')),
    CONSTRAINT audit_events_outcome_check CHECK (outcome IN ('success', 'failure', 'unknown')),
    CONSTRAINT audit_events_record_check CHECK (record_id IS NULL OR record_type IS NOT NULL)
);
COMMENT ON TABLE audit_events IS 'Something that was done or tried with this life and that is no change of a record:
a token was used or refused, something was read from afar, shared, exported or purged (AuditEvent of FHIR). Changes
are in the log. @class ledger @flags T @time occurred_at';
COMMENT ON COLUMN audit_events.actor_kind IS 'Who did it: user, app, agent, connector, browser or system';
COMMENT ON COLUMN audit_events.actor_id IS 'The token that was used, or the connector';
COMMENT ON COLUMN audit_events.action IS 'What was done, with a dot between its parts: token.refused, record.purged';
COMMENT ON COLUMN audit_events.record_type IS 'Type of the record that it was done with';
COMMENT ON COLUMN audit_events.record_id IS 'The record that it was done with; it may be gone since';
COMMENT ON COLUMN audit_events.outcome IS 'success, failure or unknown (event.outcome of ECS)';
COMMENT ON COLUMN audit_events.request_id IS 'The same for all that one request did';
COMMENT ON COLUMN audit_events.ip IS 'Where the request came from';
COMMENT ON COLUMN audit_events.user_agent IS 'What the client called itself';
COMMENT ON COLUMN audit_events.detail IS 'Whatever else is known, by name; never what a record says';
CREATE INDEX audit_events_occurred_at_idx ON audit_events (user_id, occurred_at DESC, id);
CREATE INDEX audit_events_record_id_idx
    ON audit_events (user_id, record_id, occurred_at DESC) WHERE record_id IS NOT NULL;
CREATE INDEX audit_events_occurred_at_brin ON audit_events USING brin (occurred_at);
