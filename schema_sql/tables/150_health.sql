-- Health record: resources of HL7 FHIR R4 and R5, coded in LOINC, SNOMED CT, ICD, CVX; units of UCUM; types of Apple Health.
-- A coding is three columns: code_system (its URI), code, and display, which is what people read. Where R4 and R5 have
-- different words for one status both are kept, so that nothing is lost between them. Medicines are in 151_medications.sql.

CREATE TYPE health_encounter_status AS ENUM (
    'planned', 'arrived', 'triaged', 'in-progress', 'onleave', 'on-hold', 'discharged', 'finished', 'completed',
    'cancelled', 'discontinued', 'entered-in-error', 'unknown'
);
COMMENT ON TYPE health_encounter_status IS 'Encounter.status of FHIR R4 and R5; finished (R4) is completed (R5)';
CREATE TYPE health_condition_status AS ENUM (
    'active', 'recurrence', 'relapse', 'inactive', 'remission', 'resolved', 'unknown'
);
COMMENT ON TYPE health_condition_status IS 'Condition.clinicalStatus of FHIR';
CREATE TYPE health_condition_verification AS ENUM (
    'unconfirmed', 'provisional', 'differential', 'confirmed', 'refuted', 'entered-in-error'
);
COMMENT ON TYPE health_condition_verification IS 'Condition.verificationStatus of FHIR';
CREATE TYPE health_observation_status AS ENUM (
    'registered', 'preliminary', 'final', 'amended', 'corrected', 'cancelled', 'entered-in-error', 'unknown'
);
COMMENT ON TYPE health_observation_status IS 'Observation.status of FHIR';
CREATE TYPE allergy_status AS ENUM ('active', 'inactive', 'resolved');
COMMENT ON TYPE allergy_status IS 'AllergyIntolerance.clinicalStatus of FHIR';
CREATE TYPE allergy_verification AS ENUM ('unconfirmed', 'presumed', 'confirmed', 'refuted', 'entered-in-error');
COMMENT ON TYPE allergy_verification IS 'AllergyIntolerance.verificationStatus of FHIR';
CREATE TYPE allergy_category AS ENUM ('food', 'medication', 'environment', 'biologic');
COMMENT ON TYPE allergy_category IS 'AllergyIntolerance.category of FHIR';
CREATE TYPE allergy_criticality AS ENUM ('low', 'high', 'unable-to-assess');
COMMENT ON TYPE allergy_criticality IS 'AllergyIntolerance.criticality of FHIR';
CREATE TYPE immunization_status AS ENUM ('completed', 'not-done', 'entered-in-error');
COMMENT ON TYPE immunization_status IS 'Immunization.status of FHIR';

CREATE TABLE health_encounters (
    LIKE described INCLUDING ALL,
    status health_encounter_status NOT NULL DEFAULT 'completed',
    class text,
    type text,
    period_start timestamptz NOT NULL,
    period_end timestamptz,
    reason text,
    note text,
    provider_contact_id uuid,
    organization_id uuid,
    place_id uuid,
    event_id uuid,
    CONSTRAINT health_encounters_class_check CHECK (
        class IN ('ambulatory', 'emergency', 'field', 'home', 'inpatient', 'observation', 'virtual', 'other')
    ),
    CONSTRAINT health_encounters_period_check CHECK (period_end >= period_start)
);
COMMENT ON TABLE health_encounters IS 'A visit to a doctor, a call with one, a stay in hospital: Encounter of FHIR.
@flags EHXC @half_life 90 @label reason,type @time period_start @sensitivity critical';
COMMENT ON COLUMN health_encounters.status IS 'How far it has come: planned, in-progress, completed ...';
COMMENT ON COLUMN health_encounters.class IS 'How one was seen: ambulatory, emergency, field, home, inpatient,
observation, virtual or
other';
COMMENT ON COLUMN health_encounters.type IS 'What kind of visit: check-up, physiotherapy, dentist @text';
COMMENT ON COLUMN health_encounters.period_start IS 'When it began';
COMMENT ON COLUMN health_encounters.period_end IS 'When it ended';
COMMENT ON COLUMN health_encounters.reason IS 'Why one went there, in one line @title';
COMMENT ON COLUMN health_encounters.note IS 'What was said and done @text @markdown';
COMMENT ON COLUMN health_encounters.provider_contact_id IS 'The doctor or therapist';
COMMENT ON COLUMN health_encounters.organization_id IS 'The practice or the hospital (serviceProvider)';
COMMENT ON COLUMN health_encounters.place_id IS 'Where it was';
COMMENT ON COLUMN health_encounters.event_id IS 'The appointment in the calendar';
CREATE INDEX health_encounters_period_start_idx ON health_encounters (user_id, period_start, id) WHERE deleted_at IS NULL;
CREATE INDEX health_encounters_provider_contact_id_idx
    ON health_encounters (user_id, provider_contact_id) WHERE deleted_at IS NULL;
CREATE INDEX health_encounters_organization_id_idx ON health_encounters (user_id, organization_id) WHERE deleted_at IS NULL;
CREATE INDEX health_encounters_place_id_idx ON health_encounters (user_id, place_id) WHERE deleted_at IS NULL;
CREATE INDEX health_encounters_event_id_idx ON health_encounters (user_id, event_id) WHERE deleted_at IS NULL;
ALTER TABLE health_encounters ADD CONSTRAINT health_encounters_provider_contact_id_fkey
    FOREIGN KEY (user_id, provider_contact_id) REFERENCES contacts (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE health_encounters ADD CONSTRAINT health_encounters_organization_id_fkey
    FOREIGN KEY (user_id, organization_id) REFERENCES organizations (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE health_encounters ADD CONSTRAINT health_encounters_event_id_fkey
    FOREIGN KEY (user_id, event_id) REFERENCES events (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE health_conditions (
    LIKE described INCLUDING ALL,
    clinical_status health_condition_status NOT NULL DEFAULT 'active',
    verification_status health_condition_verification,
    code_system text,
    code text,
    display text NOT NULL,
    severity text,
    body_site text,
    onset_date date,
    abatement_date date,
    note text,
    encounter_id uuid,
    CONSTRAINT health_conditions_severity_check CHECK (severity IN ('mild', 'moderate', 'severe')),
    CONSTRAINT health_conditions_dates_check CHECK (abatement_date >= onset_date)
);
COMMENT ON TABLE health_conditions IS 'An illness, an injury, a diagnosis: Condition of FHIR.
@flags EHXC @half_life 120 @label display @time onset_date @sensitivity critical';
COMMENT ON COLUMN health_conditions.clinical_status IS 'Whether one has it now';
COMMENT ON COLUMN health_conditions.verification_status IS 'How sure the diagnosis is';
COMMENT ON COLUMN health_conditions.code_system IS 'URI of the coding: http://snomed.info/sct,
http://hl7.org/fhir/sid/icd-10';
COMMENT ON COLUMN health_conditions.code IS 'Code in that system';
COMMENT ON COLUMN health_conditions.display IS 'What it is called @title @name';
COMMENT ON COLUMN health_conditions.severity IS 'How bad it is: mild, moderate or severe';
COMMENT ON COLUMN health_conditions.body_site IS 'Where in the body @text';
COMMENT ON COLUMN health_conditions.onset_date IS 'Since when';
COMMENT ON COLUMN health_conditions.abatement_date IS 'Until when; empty while it lasts';
COMMENT ON COLUMN health_conditions.note IS 'How it came, what helps @text @markdown';
COMMENT ON COLUMN health_conditions.encounter_id IS 'The visit at which it was found';
CREATE INDEX health_conditions_clinical_status_idx
    ON health_conditions (user_id, clinical_status, onset_date) WHERE deleted_at IS NULL;
CREATE INDEX health_conditions_encounter_id_idx ON health_conditions (user_id, encounter_id) WHERE deleted_at IS NULL;
ALTER TABLE health_conditions ADD CONSTRAINT health_conditions_encounter_id_fkey
    FOREIGN KEY (user_id, encounter_id) REFERENCES health_encounters (user_id, id) DEFERRABLE INITIALLY DEFERRED;

-- Watches give thousands of these a day: no text of theirs is indexed, and keys that are mostly empty have small indexes.
CREATE TABLE health_observations (
    LIKE synced_part INCLUDING ALL,
    parent_id uuid,
    encounter_id uuid,
    document_id uuid,
    status health_observation_status NOT NULL DEFAULT 'final',
    category text,
    code_system text,
    code text NOT NULL,
    display text,
    effective_start timestamptz NOT NULL,
    effective_end timestamptz,
    value_quantity numeric,
    unit text,
    value_text text,
    reference_low numeric,
    reference_high numeric,
    interpretation text,
    device text,
    apple_type text,
    note text,
    report_id uuid,
    CONSTRAINT health_observations_parent_check CHECK (parent_id <> id),
    CONSTRAINT health_observations_category_check CHECK (
        category IN ('vital-signs', 'laboratory', 'activity', 'survey', 'imaging', 'procedure', 'exam', 'therapy',
                     'social-history')
    ),
    CONSTRAINT health_observations_period_check CHECK (effective_end >= effective_start),
    CONSTRAINT health_observations_reference_check CHECK (reference_high >= reference_low)
);
COMMENT ON TABLE health_observations IS 'Something that was measured or observed: a pulse, a blood value, the steps of
an hour, the answer to a question. Observation of FHIR, Record of Apple Health. What has several values (blood
pressure) is one observation with another one for each value.
@flags CST @label display,code @time effective_start @sensitivity critical';
COMMENT ON COLUMN health_observations.parent_id IS 'The observation that this one is a component or a member of';
COMMENT ON COLUMN health_observations.encounter_id IS 'The visit at which it was made';
COMMENT ON COLUMN health_observations.status IS 'How final the result is';
COMMENT ON COLUMN health_observations.category IS 'What sort of thing it is: vital-signs, laboratory, activity,
survey, imaging, procedure, exam,
therapy or social-history';
COMMENT ON COLUMN health_observations.code_system IS 'URI of the coding, mostly http://loinc.org';
COMMENT ON COLUMN health_observations.code IS 'What was observed, as that system calls it: 8867-4 of LOINC is the
heart rate';
COMMENT ON COLUMN health_observations.display IS 'What was observed, for people: heart rate';
COMMENT ON COLUMN health_observations.effective_start IS 'When it was, or began';
COMMENT ON COLUMN health_observations.effective_end IS 'When it ended, where it took a time';
COMMENT ON COLUMN health_observations.value_quantity IS 'The value as a number';
COMMENT ON COLUMN health_observations.unit IS 'Unit of all its numbers in UCUM: /min, mm[Hg], mg/dL';
COMMENT ON COLUMN health_observations.value_text IS 'The value where it is no number: positive, or a code';
COMMENT ON COLUMN health_observations.reference_low IS 'Where the normal range begins';
COMMENT ON COLUMN health_observations.reference_high IS 'Where the normal range ends';
COMMENT ON COLUMN health_observations.interpretation IS 'Code of HL7: N normal, H high, L low, HH and LL critically so,
A abnormal, POS, NEG';
COMMENT ON COLUMN health_observations.device IS 'What measured it';
COMMENT ON COLUMN health_observations.apple_type IS 'Its type in Apple Health: HKQuantityTypeIdentifierHeartRate';
COMMENT ON COLUMN health_observations.note IS 'A remark @markdown';
COMMENT ON COLUMN health_observations.document_id IS 'The paper that it stands in';
COMMENT ON COLUMN health_observations.report_id IS 'The report whose result it is (DiagnosticReport.result)';
CREATE INDEX health_observations_code_idx
    ON health_observations (user_id, code, effective_start, id) WHERE deleted_at IS NULL;
CREATE INDEX health_observations_effective_start_idx
    ON health_observations (user_id, effective_start, id) WHERE deleted_at IS NULL;
CREATE INDEX health_observations_effective_start_brin ON health_observations USING brin (effective_start);
CREATE INDEX health_observations_parent_id_idx ON health_observations (user_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX health_observations_encounter_id_idx
    ON health_observations (user_id, encounter_id) WHERE encounter_id IS NOT NULL;
CREATE INDEX health_observations_document_id_idx ON health_observations (user_id, document_id) WHERE deleted_at IS NULL;
ALTER TABLE health_observations ADD CONSTRAINT health_observations_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES health_observations (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE health_observations ADD CONSTRAINT health_observations_encounter_id_fkey
    FOREIGN KEY (user_id, encounter_id) REFERENCES health_encounters (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE health_observations ADD CONSTRAINT health_observations_document_id_fkey
    FOREIGN KEY (user_id, document_id) REFERENCES documents (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE allergy_intolerances (
    LIKE described INCLUDING ALL,
    clinical_status allergy_status NOT NULL DEFAULT 'active',
    verification_status allergy_verification,
    type text,
    category allergy_category[] NOT NULL DEFAULT '{}',
    criticality allergy_criticality,
    code_system text,
    code text,
    display text NOT NULL,
    reaction text,
    severity text,
    onset_date date,
    last_occurrence date,
    note text,
    CONSTRAINT allergy_intolerances_type_check CHECK (type IN ('allergy', 'intolerance')),
    CONSTRAINT allergy_intolerances_severity_check CHECK (severity IN ('mild', 'moderate', 'severe'))
);
COMMENT ON TABLE allergy_intolerances IS 'What one must not eat, take or be near: AllergyIntolerance of FHIR.
@flags EHC @half_life 120 @label display @sensitivity critical';
COMMENT ON COLUMN allergy_intolerances.clinical_status IS 'Whether one has it now';
COMMENT ON COLUMN allergy_intolerances.verification_status IS 'How sure it is';
COMMENT ON COLUMN allergy_intolerances.type IS 'Whether the immune system does it: allergy or intolerance';
COMMENT ON COLUMN allergy_intolerances.category IS 'Of what kind the substance is';
COMMENT ON COLUMN allergy_intolerances.criticality IS 'How bad it could be';
COMMENT ON COLUMN allergy_intolerances.code_system IS 'URI of the coding of the substance';
COMMENT ON COLUMN allergy_intolerances.code IS 'Code of the substance in that system';
COMMENT ON COLUMN allergy_intolerances.display IS 'What one is allergic to: hazelnuts, penicillin @title @name';
COMMENT ON COLUMN allergy_intolerances.reaction IS 'What happens: hives, short breath @text';
COMMENT ON COLUMN allergy_intolerances.severity IS 'How bad it was so far: mild, moderate or severe';
COMMENT ON COLUMN allergy_intolerances.onset_date IS 'Since when';
COMMENT ON COLUMN allergy_intolerances.last_occurrence IS 'When it last happened';
COMMENT ON COLUMN allergy_intolerances.note IS 'What else one should know @text @markdown';
CREATE INDEX allergy_intolerances_clinical_status_idx
    ON allergy_intolerances (user_id, clinical_status) WHERE deleted_at IS NULL;

CREATE TABLE immunizations (
    LIKE described INCLUDING ALL,
    status immunization_status NOT NULL DEFAULT 'completed',
    code_system text,
    vaccine_code text,
    display text NOT NULL,
    target_disease text[] NOT NULL DEFAULT '{}',
    occurrence_date date NOT NULL,
    manufacturer text,
    lot_number text,
    dose_number smallint,
    series_doses smallint,
    site text,
    performer text,
    next_due_date date,
    note text,
    encounter_id uuid,
    CONSTRAINT immunizations_dose_number_check CHECK (dose_number > 0),
    CONSTRAINT immunizations_series_doses_check CHECK (series_doses > 0)
);
COMMENT ON TABLE immunizations IS 'A vaccination: Immunization of FHIR.
@flags HC @half_life 120 @label display @time occurrence_date @sensitivity critical';
COMMENT ON COLUMN immunizations.status IS 'Whether it was given; not-done: it was due and left out';
COMMENT ON COLUMN immunizations.code_system IS 'URI of the coding, mostly http://hl7.org/fhir/sid/cvx';
COMMENT ON COLUMN immunizations.vaccine_code IS 'Code of the vaccine in that system';
COMMENT ON COLUMN immunizations.display IS 'The vaccine as people call it @title';
COMMENT ON COLUMN immunizations.target_disease IS 'Against what: tetanus, measles';
COMMENT ON COLUMN immunizations.occurrence_date IS 'The day it was given';
COMMENT ON COLUMN immunizations.manufacturer IS 'Who made the vaccine';
COMMENT ON COLUMN immunizations.lot_number IS 'Number of the batch, as on the sticker in the booklet';
COMMENT ON COLUMN immunizations.dose_number IS 'Which dose of the series it is';
COMMENT ON COLUMN immunizations.series_doses IS 'How many doses the series has';
COMMENT ON COLUMN immunizations.site IS 'Where in the body: left arm';
COMMENT ON COLUMN immunizations.performer IS 'Who gave it @text';
COMMENT ON COLUMN immunizations.next_due_date IS 'When the next one is due (ImmunizationRecommendation of FHIR)';
COMMENT ON COLUMN immunizations.note IS 'How one bore it @text @markdown';
COMMENT ON COLUMN immunizations.encounter_id IS 'The visit at which it was given';
CREATE INDEX immunizations_occurrence_date_idx ON immunizations (user_id, occurrence_date, id) WHERE deleted_at IS NULL;
CREATE INDEX immunizations_next_due_date_idx ON immunizations (user_id, next_due_date) WHERE deleted_at IS NULL;
CREATE INDEX immunizations_encounter_id_idx ON immunizations (user_id, encounter_id) WHERE deleted_at IS NULL;
ALTER TABLE immunizations ADD CONSTRAINT immunizations_encounter_id_fkey
    FOREIGN KEY (user_id, encounter_id) REFERENCES health_encounters (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE VIEW edges_encounter_with_contact AS
    SELECT user_id, id AS key, id AS source_id, provider_contact_id AS target_id
    FROM health_encounters WHERE deleted_at IS NULL AND provider_contact_id IS NOT NULL;
SELECT derive_edges('edges_encounter_with_contact', 'WITH', 'health_encounters', 'id');

CREATE VIEW edges_encounter_with_organization AS
    SELECT user_id, id AS key, id AS source_id, organization_id AS target_id
    FROM health_encounters WHERE deleted_at IS NULL AND organization_id IS NOT NULL;
SELECT derive_edges('edges_encounter_with_organization', 'WITH', 'health_encounters', 'id');
