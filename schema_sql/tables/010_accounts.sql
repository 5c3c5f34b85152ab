-- Accounts and access: SCIM 2.0 (RFC 7643) words. users and api_tokens are the machinery's own (system/); what was done
-- at the door is in 011_audit.sql.

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
