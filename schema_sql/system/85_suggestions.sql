-- What a text may mean and a person has not yet said: links that are proposed, accepted or rejected.

CREATE TYPE suggestion_state AS ENUM ('open', 'accepted', 'rejected');
COMMENT ON TYPE suggestion_state IS 'Whether a person has decided about a suggestion, and how';

CREATE TABLE suggestions (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    source_id uuid NOT NULL,
    relation text NOT NULL CHECK (relation ~ '^[A-Z][A-Z0-9_]{0,62}$'),
    target_id uuid NOT NULL,
    state suggestion_state NOT NULL DEFAULT 'open',
    confidence double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    evidence jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    decided_at timestamptz,
    PRIMARY KEY (user_id, id),
    CHECK ((state = 'open') = (decided_at IS NULL))
);
ALTER TABLE suggestions ADD CONSTRAINT suggestions_source_fkey FOREIGN KEY (user_id, source_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE suggestions ADD CONSTRAINT suggestions_target_fkey FOREIGN KEY (user_id, target_id)
    REFERENCES records (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
CREATE UNIQUE INDEX suggestions_key ON suggestions (user_id, source_id, target_id, relation);
CREATE INDEX suggestions_target_idx ON suggestions (user_id, target_id);
CREATE INDEX suggestions_state_idx ON suggestions (user_id, state, confidence DESC, id DESC);
COMMENT ON TABLE suggestions IS 'Links that texts suggest, and what a person said to them. @class ledger';
COMMENT ON COLUMN suggestions.state IS 'open; accepted: a link for as long as the text says so; rejected: never again.';
COMMENT ON COLUMN suggestions.evidence IS 'The rule, the reason, the places in the text and the passage of the first.';

-- What a person untied stays so, although the text still says it.
CREATE INDEX entity_links_untied_idx ON entity_links (user_id, source_id, target_id)
    WHERE deleted_at IS NOT NULL AND relation = 'MENTIONS';
