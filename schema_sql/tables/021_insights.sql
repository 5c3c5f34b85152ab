-- What was found out and nobody wrote down.

CREATE TABLE insights (
    LIKE described INCLUDING ALL,
    kind text NOT NULL,
    title text NOT NULL,
    body text,
    evidence jsonb NOT NULL DEFAULT '[]',
    score real,
    expires_at timestamptz,
    seen_at timestamptz,
    feedback text,
    CONSTRAINT insights_kind_check CHECK (
        kind IN ('connection_discovered', 'weekly_summary', 'conflict', 'duplicate', 'pattern', 'other')
    ),
    CONSTRAINT insights_score_check CHECK (score BETWEEN 0 AND 1),
    CONSTRAINT insights_feedback_check CHECK (feedback IN ('useful', 'not_useful', 'wrong'))
);
COMMENT ON TABLE insights IS 'Something that was found out about this life and that nobody wrote down: two things
that belong together, a summary of the week, two records that contradict each other. What it is about are links ABOUT.
@flags EHC @half_life 14 @label title @sensitivity high';
COMMENT ON COLUMN insights.kind IS 'connection_discovered, weekly_summary, conflict, duplicate, pattern or other';
COMMENT ON COLUMN insights.title IS 'The finding in one line @title';
COMMENT ON COLUMN insights.body IS 'The finding in full @text @markdown';
COMMENT ON COLUMN insights.evidence IS 'What it was found in: a list of {"subject_type", "subject_id", "span"}, where
span is the first and the last character of a passage';
COMMENT ON COLUMN insights.score IS 'How sure it is and how much it matters, 0 to 1';
COMMENT ON COLUMN insights.expires_at IS 'When it is no longer of interest; empty means never';
COMMENT ON COLUMN insights.seen_at IS 'When it was first looked at; empty means it is new';
COMMENT ON COLUMN insights.feedback IS 'What the person said to it: useful, not_useful or wrong';
CREATE INDEX insights_kind_idx ON insights (user_id, kind, created_at) WHERE deleted_at IS NULL;
CREATE INDEX insights_unseen_idx ON insights (user_id, score, id) WHERE deleted_at IS NULL AND seen_at IS NULL;
