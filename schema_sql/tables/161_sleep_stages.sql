-- The stages of nights: sleep_stage of Open mHealth, HKCategoryValueSleepAnalysis of Apple Health.

CREATE TABLE sleep_stages (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    sleep_session_id uuid NOT NULL,
    stage text NOT NULL,
    effective_start timestamptz NOT NULL,
    effective_end timestamptz NOT NULL,
    source text NOT NULL DEFAULT 'local',
    PRIMARY KEY (user_id, id),
    CONSTRAINT sleep_stages_stage_check CHECK (stage IN ('in_bed', 'awake', 'asleep', 'light', 'deep', 'rem')),
    CONSTRAINT sleep_stages_period_check CHECK (effective_end >= effective_start)
);
COMMENT ON TABLE sleep_stages IS 'One stretch of a night. A night has dozens of them, which is why they are no records;
what they come to is in the night itself.
@class ledger @flags T @time effective_start @sensitivity critical';
COMMENT ON COLUMN sleep_stages.sleep_session_id IS 'The night, or the nap';
COMMENT ON COLUMN sleep_stages.stage IS 'What it was: in_bed (asleep or not), awake, asleep (where the device knows no
more), light, deep or rem';
COMMENT ON COLUMN sleep_stages.effective_start IS 'Since when';
COMMENT ON COLUMN sleep_stages.effective_end IS 'Until when';
COMMENT ON COLUMN sleep_stages.source IS 'Where the row came from: local, or the name of an import or a connector';
CREATE UNIQUE INDEX sleep_stages_key
    ON sleep_stages (user_id, sleep_session_id, effective_start, stage, effective_end);
CREATE INDEX sleep_stages_effective_start_idx ON sleep_stages USING brin (effective_start);
ALTER TABLE sleep_stages ADD CONSTRAINT sleep_stages_sleep_session_id_fkey
    FOREIGN KEY (user_id, sleep_session_id) REFERENCES sleep_sessions (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
