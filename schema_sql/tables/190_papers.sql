-- Work, learning and papers: JSON Resume, JobPosting, Course and EducationalOccupationalCredential of schema.org, ESCO;
-- and the contracts one must not lose. Subscriptions, insurance and identity documents are in 191_subscriptions.sql.

CREATE TABLE employments (
    LIKE described INCLUDING ALL,
    organization_id uuid,
    position text NOT NULL DEFAULT '',
    employment_type text,
    department text,
    location text,
    url text,
    start_date date,
    end_date date,
    summary text,
    highlights text[] NOT NULL DEFAULT '{}',
    salary numeric,
    currency char(3),
    salary_period text,
    CONSTRAINT employments_employment_type_check CHECK (employment_type IN (
        'full_time', 'part_time', 'contractor', 'self_employed', 'temporary', 'seasonal', 'internship', 'apprenticeship',
        'volunteer', 'other')),
    CONSTRAINT employments_dates_check CHECK (end_date >= start_date),
    CONSTRAINT employments_salary_check CHECK (salary BETWEEN 0 AND 1e24),
    CONSTRAINT employments_money_check CHECK ((salary IS NULL) = (currency IS NULL)),
    CONSTRAINT employments_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT employments_salary_period_check CHECK (salary_period IN ('hour', 'day', 'week', 'month', 'year'))
);
COMMENT ON TABLE employments IS 'Work that one did or does for an organization: work of JSON Resume, EmployeeRole of
schema.org. @flags EHXC @half_life 120 @label position,department,start_date @time start_date @sensitivity high';
COMMENT ON COLUMN employments.organization_id IS 'For whom';
COMMENT ON COLUMN employments.position IS 'As what: Sound engineer @title';
COMMENT ON COLUMN employments.employment_type IS 'On what terms: full_time, part_time, contractor, self_employed,
temporary, seasonal,
internship, apprenticeship, volunteer or other';
COMMENT ON COLUMN employments.department IS 'Where in the organization @text';
COMMENT ON COLUMN employments.location IS 'Where the work is done @text';
COMMENT ON COLUMN employments.url IS 'A page about it';
COMMENT ON COLUMN employments.start_date IS 'Since when';
COMMENT ON COLUMN employments.end_date IS 'Until when; empty while it lasts';
COMMENT ON COLUMN employments.summary IS 'What the work is @text @markdown';
COMMENT ON COLUMN employments.highlights IS 'What one is proud of, a line each @text';
COMMENT ON COLUMN employments.salary IS 'What it pays, before tax';
COMMENT ON COLUMN employments.currency IS 'ISO 4217 code of the salary';
COMMENT ON COLUMN employments.salary_period IS 'What the salary is for: an hour, day, week, month or year';
CREATE INDEX employments_organization_id_idx ON employments (user_id, organization_id) WHERE deleted_at IS NULL;
CREATE INDEX employments_start_date_idx ON employments (user_id, start_date, id) WHERE deleted_at IS NULL;
ALTER TABLE employments ADD CONSTRAINT employments_organization_id_fkey
    FOREIGN KEY (user_id, organization_id) REFERENCES organizations (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE skills (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    description text,
    level text,
    keywords text[] NOT NULL DEFAULT '{}',
    esco_uri text,
    CONSTRAINT skills_name_check CHECK (octet_length(name) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE skills IS 'Something one can do: a language, an instrument, a trade (skills and languages of JSON
Resume). @flags EHC @half_life 120 @label name @sensitivity high';
COMMENT ON COLUMN skills.name IS 'What one can do @title @name';
COMMENT ON COLUMN skills.description IS 'Where it was learnt, and how far it goes @text @markdown';
COMMENT ON COLUMN skills.level IS 'How well, in words or on a scale: Master, native speaker, B2';
COMMENT ON COLUMN skills.keywords IS 'What belongs to it: HTML, CSS @text';
COMMENT ON COLUMN skills.esco_uri IS 'The skill in ESCO, the European classification';
CREATE UNIQUE INDEX skills_name_key ON skills (user_id, name) WHERE deleted_at IS NULL;

CREATE TABLE courses (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    description text,
    provider_organization_id uuid,
    course_code text,
    degree text,
    start_date date,
    end_date date,
    status text NOT NULL DEFAULT 'planned',
    grade text,
    credits numeric,
    url text,
    CONSTRAINT courses_dates_check CHECK (end_date >= start_date),
    CONSTRAINT courses_status_check CHECK (status IN ('idea', 'planned', 'active', 'completed', 'failed', 'abandoned')),
    CONSTRAINT courses_credits_check CHECK (credits BETWEEN 0 AND 1e6)
);
COMMENT ON TABLE courses IS 'Something one learns in an ordered way: a school, a degree, an evening class, an online
course (Course of schema.org, education of JSON Resume).
@flags EHXC @half_life 90 @label name,course_code @time start_date @sensitivity normal';
COMMENT ON COLUMN courses.name IS 'Name of the course @title';
COMMENT ON COLUMN courses.description IS 'What is learnt @text @markdown';
COMMENT ON COLUMN courses.provider_organization_id IS 'The school or whoever else gives it';
COMMENT ON COLUMN courses.course_code IS 'The number that its provider gave it (courseCode) @text';
COMMENT ON COLUMN courses.degree IS 'What it leads to: Bachelor, certificate @text';
COMMENT ON COLUMN courses.start_date IS 'When it begins, or began';
COMMENT ON COLUMN courses.end_date IS 'When it ends, or ended';
COMMENT ON COLUMN courses.status IS 'How far it has come: idea, planned, active, completed, failed or abandoned';
COMMENT ON COLUMN courses.grade IS 'The mark, as it was given';
COMMENT ON COLUMN courses.credits IS 'How many credit points it counts';
COMMENT ON COLUMN courses.url IS 'A page about it';
CREATE INDEX courses_provider_organization_id_idx
    ON courses (user_id, provider_organization_id) WHERE deleted_at IS NULL;
CREATE INDEX courses_start_date_idx ON courses (user_id, start_date, id) WHERE deleted_at IS NULL;
ALTER TABLE courses ADD CONSTRAINT courses_provider_organization_id_fkey
    FOREIGN KEY (user_id, provider_organization_id) REFERENCES organizations (user_id, id)
     DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE contracts (
    LIKE described INCLUDING ALL,
    title text NOT NULL,
    kind text,
    description text,
    contract_number text,
    counterparty_type text,
    counterparty_id uuid,
    signed_on date,
    start_date date,
    end_date date,
    notice_period interval,
    notice_by date GENERATED ALWAYS AS ((end_date - notice_period)::date) STORED,
    renewal text NOT NULL DEFAULT 'none',
    renewal_term interval,
    cancelled_on date,
    value numeric,
    currency char(3),
    value_period text,
    document_id uuid,
    CONSTRAINT contracts_counterparty_check CHECK ((counterparty_type IS NULL) = (counterparty_id IS NULL)),
    CONSTRAINT contracts_dates_check CHECK (end_date >= start_date),
    CONSTRAINT contracts_renewal_check CHECK (renewal IN ('none', 'automatic', 'manual')),
    CONSTRAINT contracts_value_check CHECK (value BETWEEN -1e24 AND 1e24),
    CONSTRAINT contracts_money_check CHECK ((value IS NULL) = (currency IS NULL)),
    CONSTRAINT contracts_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT contracts_value_period_check CHECK (value_period IN ('once', 'week', 'month', 'quarter', 'year'))
);
COMMENT ON TABLE contracts IS 'What one has agreed on with somebody: a lease, a loan, an employment, electricity.
@flags EHXC @half_life 120 @label title,contract_number @time start_date @sensitivity high';
COMMENT ON COLUMN contracts.title IS 'What it is called @title';
COMMENT ON COLUMN contracts.kind IS 'What it is about: rent, loan, employment, electricity, telephone, purchase';
COMMENT ON COLUMN contracts.description IS 'What was agreed on @text @markdown';
COMMENT ON COLUMN contracts.contract_number IS 'The number under which the other side keeps it @text';
COMMENT ON COLUMN contracts.counterparty_type IS 'Type of the record that is the other side';
COMMENT ON COLUMN contracts.counterparty_id IS 'The other side: an organization or a person';
COMMENT ON COLUMN contracts.signed_on IS 'When it was signed';
COMMENT ON COLUMN contracts.start_date IS 'From when it holds';
COMMENT ON COLUMN contracts.end_date IS 'When it ends; empty means that it has no end';
COMMENT ON COLUMN contracts.notice_period IS 'How long before its end notice has to be given: P3M is three months';
COMMENT ON COLUMN contracts.notice_by IS 'The last day to give notice';
COMMENT ON COLUMN contracts.renewal IS 'What happens at its end: none, automatic (it goes on unless one gives notice) or
manual (it can be prolonged)';
COMMENT ON COLUMN contracts.renewal_term IS 'How much longer it runs after each renewal';
COMMENT ON COLUMN contracts.cancelled_on IS 'When notice was given';
COMMENT ON COLUMN contracts.value IS 'What it is worth';
COMMENT ON COLUMN contracts.currency IS 'ISO 4217 code of the value';
COMMENT ON COLUMN contracts.value_period IS 'What the value is for: once, or each week, month, quarter or year';
COMMENT ON COLUMN contracts.document_id IS 'The paper itself';
CREATE INDEX contracts_counterparty_id_idx ON contracts (user_id, counterparty_id) WHERE deleted_at IS NULL;
CREATE INDEX contracts_end_date_idx ON contracts (user_id, end_date, id) WHERE deleted_at IS NULL;
CREATE INDEX contracts_notice_by_idx ON contracts (user_id, notice_by, id) WHERE deleted_at IS NULL;
CREATE INDEX contracts_document_id_idx ON contracts (user_id, document_id) WHERE deleted_at IS NULL;
ALTER TABLE contracts ADD CONSTRAINT contracts_counterparty_id_fkey
    FOREIGN KEY (user_id, counterparty_id) REFERENCES records (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE contracts ADD CONSTRAINT contracts_document_id_fkey
    FOREIGN KEY (user_id, document_id) REFERENCES documents (user_id, id) DEFERRABLE INITIALLY DEFERRED;
