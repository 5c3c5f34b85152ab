-- Who lives here and what opens the door. Names follow OpenID Connect's claims and SCIM 2.0.

CREATE TYPE user_role AS ENUM ('owner', 'admin', 'member', 'guest');

CREATE TABLE users (
    id uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY,
    sub text UNIQUE,
    preferred_username text NOT NULL UNIQUE CHECK (preferred_username ~ '^[^\s/@:]{1,64}$'),
    email text,
    display_name text,
    zoneinfo text NOT NULL DEFAULT 'UTC',
    locale text,
    role user_role NOT NULL DEFAULT 'member',
    active boolean NOT NULL DEFAULT true,
    last_login_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
COMMENT ON TABLE users IS 'A person with a life on this instance (claims of OpenID Connect). @class reference @flags C';
COMMENT ON COLUMN users.sub IS 'The subject at an identity provider, where one signs in through it.';
COMMENT ON COLUMN users.preferred_username IS 'The short name to sign in and to be called by.';
COMMENT ON COLUMN users.zoneinfo IS 'Time zone of the IANA database, as Europe/Madrid.';
COMMENT ON COLUMN users.locale IS 'Language and region, as es-ES (BCP 47).';
COMMENT ON COLUMN users.active IS 'False closes the account: no token of it is accepted.';
COMMENT ON COLUMN users.last_login_at IS 'When this user was last seen at the door. @volatile';

CREATE TABLE api_tokens (
    LIKE entity INCLUDING ALL,
    name text NOT NULL,
    token_sha256 bytea NOT NULL,
    scopes text[] NOT NULL DEFAULT '{}',
    actor_kind text NOT NULL DEFAULT 'app' CHECK (actor_kind IN ('app', 'agent', 'connector', 'browser')),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);
CREATE UNIQUE INDEX api_tokens_token_sha256_key ON api_tokens (user_id, token_sha256) WHERE deleted_at IS NULL;
COMMENT ON TABLE api_tokens IS 'A key to the door, for an app, a script or a browser. @flags C @label name @managed';
COMMENT ON COLUMN api_tokens.name IS 'What the key is for. @title';
COMMENT ON COLUMN api_tokens.token_sha256 IS 'SHA-256 of the token; the token itself is shown once and kept nowhere. @secret';
COMMENT ON COLUMN api_tokens.scopes IS 'What it may do; empty is everything its user may.';
COMMENT ON COLUMN api_tokens.actor_kind IS 'Who holds it: app, agent, connector or browser.';
COMMENT ON COLUMN api_tokens.last_used_at IS 'When it last opened the door, to the minute. @volatile';

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON users USING (id = acting_user()) WITH CHECK (id = acting_user());
GRANT SELECT, UPDATE (email, display_name, zoneinfo, locale, last_login_at) ON users TO lifeloom_service;
