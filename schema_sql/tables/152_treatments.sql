-- What was done and what was found: Practitioner, Procedure and DiagnosticReport of HL7 FHIR R4 and R5.

CREATE TYPE health_procedure_status AS ENUM (
    'preparation', 'in-progress', 'not-done', 'on-hold', 'stopped', 'completed', 'entered-in-error', 'unknown'
);
COMMENT ON TYPE health_procedure_status IS 'Procedure.status of FHIR';
CREATE TYPE diagnostic_report_status AS ENUM (
    'registered', 'partial', 'preliminary', 'modified', 'final', 'amended', 'corrected', 'appended', 'cancelled',
    'entered-in-error', 'unknown'
);
COMMENT ON TYPE diagnostic_report_status IS 'DiagnosticReport.status of FHIR';

CREATE TABLE health_practitioners (
    LIKE described INCLUDING ALL,
    contact_id uuid,
    display text NOT NULL,
    specialty text,
    npi text,
    note text
);
COMMENT ON TABLE health_practitioners IS 'That somebody treats people, and in what: Practitioner of FHIR. The person, with
numbers and addresses, is a contact.
@flags HC @half_life 90 @label display @sensitivity critical';
COMMENT ON COLUMN health_practitioners.contact_id IS 'The person';
COMMENT ON COLUMN health_practitioners.display IS 'What they are called: Dr. Ana Hill @title @name';
COMMENT ON COLUMN health_practitioners.specialty IS 'In what they are at home: cardiology, physiotherapy @text';
COMMENT ON COLUMN health_practitioners.npi IS 'Number in the register of the United States (National Provider Identifier)';
COMMENT ON COLUMN health_practitioners.note IS 'What else one should know @text @markdown';
CREATE INDEX health_practitioners_contact_id_idx ON health_practitioners (user_id, contact_id) WHERE deleted_at IS NULL;
CREATE INDEX health_practitioners_npi_idx ON health_practitioners (user_id, npi) WHERE deleted_at IS NULL;
ALTER TABLE health_practitioners ADD CONSTRAINT health_practitioners_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE health_procedures (
    LIKE described INCLUDING ALL,
    status health_procedure_status NOT NULL DEFAULT 'completed',
    category text,
    code_system text,
    code text,
    display text NOT NULL,
    performed_date date,
    performed_until date,
    body_site text,
    reason text,
    outcome text,
    complication text,
    note text,
    encounter_id uuid,
    practitioner_id uuid,
    reason_condition_id uuid,
    CONSTRAINT health_procedures_dates_check CHECK (performed_until >= performed_date)
);
COMMENT ON TABLE health_procedures IS 'Something that was done to one: an operation, a suture, an hour of physiotherapy.
Procedure of FHIR.
@flags EHXC @half_life 120 @label display @time performed_date @sensitivity critical';
COMMENT ON COLUMN health_procedures.status IS 'How far it has come; not-done: it was planned and left out';
COMMENT ON COLUMN health_procedures.category IS 'What sort of thing it is: surgery, diagnostics, counselling @text';
COMMENT ON COLUMN health_procedures.code_system IS 'URI of the coding: http://snomed.info/sct,
http://www.ama-assn.org/go/cpt';
COMMENT ON COLUMN health_procedures.code IS 'Code in that system';
COMMENT ON COLUMN health_procedures.display IS 'What was done @title @name';
COMMENT ON COLUMN health_procedures.performed_date IS 'The day, or the first of them';
COMMENT ON COLUMN health_procedures.performed_until IS 'The last day, where it took several';
COMMENT ON COLUMN health_procedures.body_site IS 'Where in the body @text';
COMMENT ON COLUMN health_procedures.reason IS 'Why, in one line @text';
COMMENT ON COLUMN health_procedures.outcome IS 'What came of it @text';
COMMENT ON COLUMN health_procedures.complication IS 'What went wrong @text';
COMMENT ON COLUMN health_procedures.note IS 'How it was, what to heed afterwards @text @markdown';
COMMENT ON COLUMN health_procedures.encounter_id IS 'The visit at which it was done';
COMMENT ON COLUMN health_procedures.practitioner_id IS 'Who did it';
COMMENT ON COLUMN health_procedures.reason_condition_id IS 'The condition that it was for';
CREATE INDEX health_procedures_performed_date_idx
    ON health_procedures (user_id, performed_date, id) WHERE deleted_at IS NULL;
CREATE INDEX health_procedures_encounter_id_idx ON health_procedures (user_id, encounter_id) WHERE deleted_at IS NULL;
CREATE INDEX health_procedures_practitioner_id_idx ON health_procedures (user_id, practitioner_id) WHERE deleted_at IS NULL;
CREATE INDEX health_procedures_reason_condition_id_idx
    ON health_procedures (user_id, reason_condition_id) WHERE deleted_at IS NULL;
ALTER TABLE health_procedures ADD CONSTRAINT health_procedures_encounter_id_fkey
    FOREIGN KEY (user_id, encounter_id) REFERENCES health_encounters (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE health_procedures ADD CONSTRAINT health_procedures_practitioner_id_fkey
    FOREIGN KEY (user_id, practitioner_id) REFERENCES health_practitioners (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE health_procedures ADD CONSTRAINT health_procedures_reason_condition_id_fkey
    FOREIGN KEY (user_id, reason_condition_id) REFERENCES health_conditions (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE diagnostic_reports (
    LIKE described INCLUDING ALL,
    status diagnostic_report_status NOT NULL DEFAULT 'final',
    category text,
    code_system text,
    code text,
    display text NOT NULL,
    effective_date date,
    issued_at timestamptz,
    conclusion text,
    performer text,
    encounter_id uuid,
    practitioner_id uuid,
    file_id uuid
);
COMMENT ON TABLE diagnostic_reports IS 'What a laboratory, a radiologist or a doctor reports: DiagnosticReport of FHIR. Its
values are observations that say to be of this report.
@flags EHXC @half_life 120 @label display @time effective_date @sensitivity critical';
COMMENT ON COLUMN diagnostic_reports.status IS 'How final it is';
COMMENT ON COLUMN diagnostic_reports.category IS 'From which service: laboratory, radiology, pathology @text';
COMMENT ON COLUMN diagnostic_reports.code_system IS 'URI of the coding, mostly http://loinc.org';
COMMENT ON COLUMN diagnostic_reports.code IS 'Code in that system: 58410-2 of LOINC is a blood count';
COMMENT ON COLUMN diagnostic_reports.display IS 'What was examined @title @name';
COMMENT ON COLUMN diagnostic_reports.effective_date IS 'The day of the examination, or that the sample was taken';
COMMENT ON COLUMN diagnostic_reports.issued_at IS 'When the report was given out';
COMMENT ON COLUMN diagnostic_reports.conclusion IS 'What it comes to @text @markdown';
COMMENT ON COLUMN diagnostic_reports.performer IS 'Who examined, where that is only a name: a laboratory @text';
COMMENT ON COLUMN diagnostic_reports.encounter_id IS 'The visit at which it was ordered';
COMMENT ON COLUMN diagnostic_reports.practitioner_id IS 'Who wrote it';
COMMENT ON COLUMN diagnostic_reports.file_id IS 'The report as it was issued (presentedForm)';
CREATE INDEX diagnostic_reports_effective_date_idx
    ON diagnostic_reports (user_id, effective_date, id) WHERE deleted_at IS NULL;
CREATE INDEX diagnostic_reports_encounter_id_idx ON diagnostic_reports (user_id, encounter_id) WHERE deleted_at IS NULL;
CREATE INDEX diagnostic_reports_practitioner_id_idx
    ON diagnostic_reports (user_id, practitioner_id) WHERE deleted_at IS NULL;
CREATE INDEX diagnostic_reports_file_id_idx ON diagnostic_reports (user_id, file_id) WHERE deleted_at IS NULL;
ALTER TABLE diagnostic_reports ADD CONSTRAINT diagnostic_reports_encounter_id_fkey
    FOREIGN KEY (user_id, encounter_id) REFERENCES health_encounters (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE diagnostic_reports ADD CONSTRAINT diagnostic_reports_practitioner_id_fkey
    FOREIGN KEY (user_id, practitioner_id) REFERENCES health_practitioners (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE diagnostic_reports ADD CONSTRAINT diagnostic_reports_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX health_observations_report_id_idx
    ON health_observations (user_id, report_id) WHERE report_id IS NOT NULL;
ALTER TABLE health_observations ADD CONSTRAINT health_observations_report_id_fkey
    FOREIGN KEY (user_id, report_id) REFERENCES diagnostic_reports (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE VIEW edges_treated_by_procedure AS
    SELECT user_id, id AS key, reason_condition_id AS source_id, id AS target_id
    FROM health_procedures WHERE deleted_at IS NULL AND reason_condition_id IS NOT NULL;
SELECT derive_edges('edges_treated_by_procedure', 'TREATED_BY', 'health_procedures', 'id');
