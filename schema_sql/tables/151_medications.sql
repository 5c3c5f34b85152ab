-- Medicines: Medication, MedicationStatement and MedicationAdministration of FHIR, coded in RxNorm, ATC or PZN.

CREATE TYPE medication_statement_status AS ENUM (
    'recorded', 'draft', 'active', 'completed', 'entered-in-error', 'intended', 'stopped', 'on-hold', 'not-taken', 'unknown'
);
COMMENT ON TYPE medication_statement_status IS 'MedicationStatement.status of FHIR R4 and R5';
CREATE TYPE medication_administration_status AS ENUM (
    'in-progress', 'not-done', 'on-hold', 'completed', 'entered-in-error', 'stopped', 'unknown'
);
COMMENT ON TYPE medication_administration_status IS 'MedicationAdministration.status of FHIR';

CREATE TABLE medications (
    LIKE described INCLUDING ALL,
    display text NOT NULL,
    code_system text,
    code text,
    form text,
    strength text,
    manufacturer text,
    ingredients jsonb NOT NULL DEFAULT '[]',
    note text
);
COMMENT ON TABLE medications IS 'A medicine as it is sold: Medication of FHIR. That one takes it is a statement.
@flags EHC @half_life 90 @label display @sensitivity critical';
COMMENT ON COLUMN medications.display IS 'Name and strength as on the box @title @name';
COMMENT ON COLUMN medications.code_system IS 'URI of the coding: http://www.nlm.nih.gov/research/umls/rxnorm,
http://www.whocc.no/atc';
COMMENT ON COLUMN medications.code IS 'Code in that system';
COMMENT ON COLUMN medications.form IS 'In what form it comes: tablet, drops, inhaler, ointment';
COMMENT ON COLUMN medications.strength IS 'How much of what is in one: 500 mg';
COMMENT ON COLUMN medications.manufacturer IS 'Who makes it @text';
COMMENT ON COLUMN medications.ingredients IS 'What is in it, a list: [{"display": "ibuprofen", "quantity": 400,
"unit": "mg"}]';
COMMENT ON COLUMN medications.note IS 'What else one should know @text @markdown';
CREATE INDEX medications_code_idx ON medications (user_id, code) WHERE deleted_at IS NULL;

CREATE TABLE medication_statements (
    LIKE described INCLUDING ALL,
    medication_id uuid NOT NULL,
    status medication_statement_status NOT NULL DEFAULT 'active',
    effective_start date,
    effective_end date,
    dosage_text text,
    dose_quantity numeric,
    dose_unit text,
    route text,
    as_needed boolean NOT NULL DEFAULT false,
    timing_rrule text,
    reason_condition_id uuid,
    reason text,
    prescriber_contact_id uuid,
    note text,
    CONSTRAINT medication_statements_dates_check CHECK (effective_end >= effective_start),
    CONSTRAINT medication_statements_dose_quantity_check CHECK (dose_quantity >= 0)
);
COMMENT ON TABLE medication_statements IS 'That one takes, took or is to take a medicine: from when to when, how much
and why. MedicationStatement of FHIR.
@flags HC @half_life 60 @label dosage_text,reason @time effective_start @sensitivity critical';
COMMENT ON COLUMN medication_statements.medication_id IS 'The medicine';
COMMENT ON COLUMN medication_statements.status IS 'Whether one takes it: active, on-hold, completed, stopped ...';
COMMENT ON COLUMN medication_statements.effective_start IS 'Since when';
COMMENT ON COLUMN medication_statements.effective_end IS 'Until when; empty while it goes on';
COMMENT ON COLUMN medication_statements.dosage_text IS 'How to take it, as the doctor says it: one in the morning
@title';
COMMENT ON COLUMN medication_statements.dose_quantity IS 'How much each time, in the unit';
COMMENT ON COLUMN medication_statements.dose_unit IS 'Unit of the dose in UCUM, or a thing to count: mg, mL, {tablet}';
COMMENT ON COLUMN medication_statements.route IS 'By which way: oral, nasal, under the skin';
COMMENT ON COLUMN medication_statements.as_needed IS 'Only when it is needed';
COMMENT ON COLUMN medication_statements.timing_rrule IS 'When it is to be taken: an RRULE of RFC 5545, e.g.
FREQ=DAILY;BYHOUR=8,20';
COMMENT ON COLUMN medication_statements.reason_condition_id IS 'The illness that it is for';
COMMENT ON COLUMN medication_statements.reason IS 'What it is for, in words @text';
COMMENT ON COLUMN medication_statements.prescriber_contact_id IS 'Who prescribed it';
COMMENT ON COLUMN medication_statements.note IS 'How it works, what one notices @text @markdown';
CREATE INDEX medication_statements_status_idx
    ON medication_statements (user_id, status, effective_start) WHERE deleted_at IS NULL;
CREATE INDEX medication_statements_medication_id_idx
    ON medication_statements (user_id, medication_id) WHERE deleted_at IS NULL;
CREATE INDEX medication_statements_reason_condition_id_idx
    ON medication_statements (user_id, reason_condition_id) WHERE deleted_at IS NULL;
CREATE INDEX medication_statements_prescriber_contact_id_idx
    ON medication_statements (user_id, prescriber_contact_id) WHERE deleted_at IS NULL;
ALTER TABLE medication_statements ADD CONSTRAINT medication_statements_medication_id_fkey
    FOREIGN KEY (user_id, medication_id) REFERENCES medications (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE medication_statements ADD CONSTRAINT medication_statements_reason_condition_id_fkey
    FOREIGN KEY (user_id, reason_condition_id) REFERENCES health_conditions (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE medication_statements ADD CONSTRAINT medication_statements_prescriber_contact_id_fkey
    FOREIGN KEY (user_id, prescriber_contact_id) REFERENCES contacts (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE medication_administrations (
    LIKE entity INCLUDING ALL,
    statement_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    status medication_administration_status NOT NULL DEFAULT 'completed',
    dose_quantity numeric,
    dose_unit text,
    note text,
    CONSTRAINT medication_administrations_dose_quantity_check CHECK (dose_quantity >= 0)
);
COMMENT ON TABLE medication_administrations IS 'That a medicine was taken, or left out, at a moment:
MedicationAdministration of FHIR. @flags CT @label note @time occurred_at @sensitivity critical';
COMMENT ON COLUMN medication_administrations.statement_id IS 'What was to be taken';
COMMENT ON COLUMN medication_administrations.occurred_at IS 'When';
COMMENT ON COLUMN medication_administrations.status IS 'completed: it was taken; not-done: it was left out';
COMMENT ON COLUMN medication_administrations.dose_quantity IS 'How much, where it was not what the statement says';
COMMENT ON COLUMN medication_administrations.dose_unit IS 'Unit of the dose, where it is not that of the statement';
COMMENT ON COLUMN medication_administrations.note IS 'A remark @markdown';
CREATE INDEX medication_administrations_statement_id_idx
    ON medication_administrations (user_id, statement_id, occurred_at) WHERE deleted_at IS NULL;
CREATE INDEX medication_administrations_occurred_at_idx
    ON medication_administrations (user_id, occurred_at, id) WHERE deleted_at IS NULL;
CREATE INDEX medication_administrations_occurred_at_brin ON medication_administrations USING brin (occurred_at);
ALTER TABLE medication_administrations ADD CONSTRAINT medication_administrations_statement_id_fkey
    FOREIGN KEY (user_id, statement_id) REFERENCES medication_statements (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

-- The illness is treated with what is taken for it, whatever was written down first.
CREATE VIEW edges_treated_by AS
    SELECT user_id, id AS key, reason_condition_id AS source_id, id AS target_id
    FROM medication_statements WHERE deleted_at IS NULL AND reason_condition_id IS NOT NULL;
SELECT derive_edges('edges_treated_by', 'TREATED_BY', 'medication_statements', 'id');
