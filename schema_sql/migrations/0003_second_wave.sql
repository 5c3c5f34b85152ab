-- Stages of nights, reactions and calls, films, what was done and reported in the health record.

ALTER TABLE health_observations ADD COLUMN IF NOT EXISTS report_id uuid;

\i tables/101_calls.sql
\i tables/121_videos.sql
\i tables/152_treatments.sql
\i tables/161_sleep_stages.sql
\i tables/173_filmed.sql
