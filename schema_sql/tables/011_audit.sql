-- What was done at the door: AuditEvent of FHIR, words of the Elastic Common Schema.

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
