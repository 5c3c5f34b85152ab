-- Papers that cost money again and again, and those that expire: subscriptions, insurance, identity documents.

CREATE TABLE subscriptions (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    organization_id uuid,
    plan text,
    url text,
    price numeric,
    currency char(3),
    billing_rrule text,
    started_on date,
    trial_ends_on date,
    next_billing_on date,
    cancelled_on date,
    ends_on date,
    recurring_transaction_id uuid,
    CONSTRAINT subscriptions_price_check CHECK (price BETWEEN 0 AND 1e24),
    CONSTRAINT subscriptions_money_check CHECK ((price IS NULL) = (currency IS NULL)),
    CONSTRAINT subscriptions_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT subscriptions_dates_check CHECK (ends_on >= started_on)
);
COMMENT ON TABLE subscriptions IS 'A service that one pays for again and again: a newspaper, a gym, a cloud.
@flags HC @half_life 60 @label name @sensitivity high';
COMMENT ON COLUMN subscriptions.name IS 'What it is @title';
COMMENT ON COLUMN subscriptions.organization_id IS 'Who provides it, and is paid for it';
COMMENT ON COLUMN subscriptions.plan IS 'Which of its offers: Family, Premium @text';
COMMENT ON COLUMN subscriptions.url IS 'Where it is managed';
COMMENT ON COLUMN subscriptions.price IS 'What it costs each time';
COMMENT ON COLUMN subscriptions.currency IS 'ISO 4217 code of the price';
COMMENT ON COLUMN subscriptions.billing_rrule IS 'When it is paid: an RRULE of RFC 5545, e.g. FREQ=YEARLY';
COMMENT ON COLUMN subscriptions.started_on IS 'Since when';
COMMENT ON COLUMN subscriptions.trial_ends_on IS 'Until when it costs nothing or less';
COMMENT ON COLUMN subscriptions.next_billing_on IS 'When it is paid next';
COMMENT ON COLUMN subscriptions.cancelled_on IS 'When one gave it up; it may run on until it ends';
COMMENT ON COLUMN subscriptions.ends_on IS 'Its last day; empty while it goes on';
COMMENT ON COLUMN subscriptions.recurring_transaction_id IS 'The payment that comes again and again for it';
CREATE INDEX subscriptions_organization_id_idx ON subscriptions (user_id, organization_id) WHERE deleted_at IS NULL;
CREATE INDEX subscriptions_next_billing_on_idx ON subscriptions (user_id, next_billing_on) WHERE deleted_at IS NULL;
CREATE INDEX subscriptions_recurring_transaction_id_idx
    ON subscriptions (user_id, recurring_transaction_id) WHERE deleted_at IS NULL;
ALTER TABLE subscriptions ADD CONSTRAINT subscriptions_organization_id_fkey
    FOREIGN KEY (user_id, organization_id) REFERENCES organizations (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE subscriptions ADD CONSTRAINT subscriptions_recurring_transaction_id_fkey
    FOREIGN KEY (user_id, recurring_transaction_id) REFERENCES recurring_transactions (user_id, id)
     DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE insurance_policies (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    policy_number text,
    kind text NOT NULL DEFAULT 'other',
    insurer_organization_id uuid,
    insured text,
    coverage text,
    coverage_amount numeric,
    deductible numeric,
    premium numeric,
    premium_period text,
    currency char(3),
    starts_on date,
    ends_on date,
    notice_period interval,
    notice_by date GENERATED ALWAYS AS ((ends_on - notice_period)::date) STORED,
    cancelled_on date,
    document_id uuid,
    CONSTRAINT insurance_policies_kind_check CHECK (kind IN (
        'health', 'dental', 'life', 'disability', 'accident', 'liability', 'household', 'building', 'vehicle', 'travel', 'legal',
        'pet', 'other')),
    CONSTRAINT insurance_policies_coverage_amount_check CHECK (coverage_amount BETWEEN 0 AND 1e24),
    CONSTRAINT insurance_policies_deductible_check CHECK (deductible BETWEEN 0 AND 1e24),
    CONSTRAINT insurance_policies_premium_check CHECK (premium BETWEEN 0 AND 1e24),
    CONSTRAINT insurance_policies_money_check CHECK (
        currency IS NOT NULL OR num_nonnulls(coverage_amount, deductible, premium) = 0),
    CONSTRAINT insurance_policies_premium_period_check CHECK (premium_period IN ('once', 'month', 'quarter', 'half_year', 'year')),
    CONSTRAINT insurance_policies_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT insurance_policies_dates_check CHECK (ends_on >= starts_on)
);
COMMENT ON TABLE insurance_policies IS 'A policy of insurance: what is insured, with whom, and until when.
@flags EHC @half_life 120 @label name,policy_number @time starts_on @sensitivity high';
COMMENT ON COLUMN insurance_policies.name IS 'What one calls it: Liability of the family @title';
COMMENT ON COLUMN insurance_policies.policy_number IS 'The number to give when something has happened @text';
COMMENT ON COLUMN insurance_policies.kind IS 'Against what: health, dental, life, disability, accident, liability,
household, building,
vehicle, travel, legal, pet or other';
COMMENT ON COLUMN insurance_policies.insurer_organization_id IS 'Who insures';
COMMENT ON COLUMN insurance_policies.insured IS 'Who or what is insured @text';
COMMENT ON COLUMN insurance_policies.coverage IS 'What is covered, and what is not @text @markdown';
COMMENT ON COLUMN insurance_policies.coverage_amount IS 'Up to how much is paid';
COMMENT ON COLUMN insurance_policies.deductible IS 'How much of a damage one bears oneself';
COMMENT ON COLUMN insurance_policies.premium IS 'What it costs';
COMMENT ON COLUMN insurance_policies.premium_period IS 'What the premium is for: once, or each month, quarter, half_year or
year';
COMMENT ON COLUMN insurance_policies.currency IS 'ISO 4217 code of its amounts';
COMMENT ON COLUMN insurance_policies.starts_on IS 'From when it holds';
COMMENT ON COLUMN insurance_policies.ends_on IS 'Until when; empty means until it is cancelled';
COMMENT ON COLUMN insurance_policies.notice_period IS 'How long before its end notice has to be given: P3M is three months';
COMMENT ON COLUMN insurance_policies.notice_by IS 'The last day to give notice';
COMMENT ON COLUMN insurance_policies.cancelled_on IS 'When notice was given';
COMMENT ON COLUMN insurance_policies.document_id IS 'The paper itself';
CREATE INDEX insurance_policies_insurer_organization_id_idx
    ON insurance_policies (user_id, insurer_organization_id) WHERE deleted_at IS NULL;
CREATE INDEX insurance_policies_ends_on_idx ON insurance_policies (user_id, ends_on, id) WHERE deleted_at IS NULL;
CREATE INDEX insurance_policies_notice_by_idx ON insurance_policies (user_id, notice_by, id) WHERE deleted_at IS NULL;
CREATE INDEX insurance_policies_document_id_idx ON insurance_policies (user_id, document_id) WHERE deleted_at IS NULL;
ALTER TABLE insurance_policies ADD CONSTRAINT insurance_policies_insurer_organization_id_fkey
    FOREIGN KEY (user_id, insurer_organization_id) REFERENCES organizations (user_id, id)
     DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE insurance_policies ADD CONSTRAINT insurance_policies_document_id_fkey
    FOREIGN KEY (user_id, document_id) REFERENCES documents (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE identity_documents (
    LIKE described INCLUDING ALL,
    kind text NOT NULL,
    contact_id uuid,
    number_encrypted bytea,
    number_last4 text,
    issuing_country char(2),
    issuing_authority text,
    issued_on date,
    expires_on date,
    note text,
    document_id uuid,
    CONSTRAINT identity_documents_kind_check CHECK (kind IN (
        'passport', 'id_card', 'driving_licence', 'residence_permit', 'visa', 'birth_certificate', 'health_card', 'tax_id', 'other')),
    CONSTRAINT identity_documents_number_last4_check CHECK (number_last4 ~ '^[0-9A-Za-z]{1,4}$'),
    CONSTRAINT identity_documents_issuing_country_check CHECK (issuing_country ~ '^[A-Z]{2}$'),
    CONSTRAINT identity_documents_dates_check CHECK (expires_on >= issued_on)
);
COMMENT ON TABLE identity_documents IS 'A paper that says who somebody is: a passport, an identity card, a driving licence.
@flags HC @half_life 180 @label kind,number_last4 @time issued_on @sensitivity critical';
COMMENT ON COLUMN identity_documents.kind IS 'What it is: passport, id_card, driving_licence, residence_permit, visa,
birth_certificate, health_card, tax_id or other';
COMMENT ON COLUMN identity_documents.contact_id IS 'Whose it is; empty for one''s own';
COMMENT ON COLUMN identity_documents.number_encrypted IS 'The number, encrypted by whoever may know it; it never leaves
the database @secret';
COMMENT ON COLUMN identity_documents.number_last4 IS 'The last digits, to tell it by';
COMMENT ON COLUMN identity_documents.issuing_country IS 'ISO 3166 code of the country that issued it, in capitals';
COMMENT ON COLUMN identity_documents.issuing_authority IS 'Who issued it @text';
COMMENT ON COLUMN identity_documents.issued_on IS 'The day it was issued';
COMMENT ON COLUMN identity_documents.expires_on IS 'Until when it is valid; empty means for good';
COMMENT ON COLUMN identity_documents.note IS 'Where it is kept, and what else to know @text @markdown';
COMMENT ON COLUMN identity_documents.document_id IS 'A scan of it';
CREATE INDEX identity_documents_contact_id_idx ON identity_documents (user_id, contact_id) WHERE deleted_at IS NULL;
CREATE INDEX identity_documents_expires_on_idx ON identity_documents (user_id, expires_on, id) WHERE deleted_at IS NULL;
CREATE INDEX identity_documents_document_id_idx ON identity_documents (user_id, document_id) WHERE deleted_at IS NULL;
ALTER TABLE identity_documents ADD CONSTRAINT identity_documents_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE identity_documents ADD CONSTRAINT identity_documents_document_id_fkey
    FOREIGN KEY (user_id, document_id) REFERENCES documents (user_id, id) DEFERRABLE INITIALLY DEFERRED;

-- A subscription is paid by the transactions to the organization that provides it, while it runs.
CREATE FUNCTION transactions_to_organization(who uuid, organization uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE AS $$
    SELECT t.id FROM payees p JOIN transactions t ON t.user_id = who AND t.payee_id = p.id AND t.deleted_at IS NULL
    WHERE p.user_id = who AND p.organization_id = organization AND p.deleted_at IS NULL
$$;

CREATE VIEW edges_paid_by AS
    SELECT t.user_id, t.id AS key, s.id AS source_id, t.id AS target_id
    FROM transactions t
    JOIN payees p ON p.user_id = t.user_id AND p.id = t.payee_id AND p.deleted_at IS NULL
    JOIN subscriptions s ON s.user_id = t.user_id AND s.organization_id = p.organization_id AND s.deleted_at IS NULL
    WHERE t.deleted_at IS NULL AND t.transaction_date >= coalesce(s.started_on, '-infinity')
        AND t.transaction_date <= coalesce(s.ends_on, 'infinity');
SELECT derive_edges('edges_paid_by', 'PAID_BY', 'transactions', 'id');
SELECT derive_edges('edges_paid_by', 'PAID_BY', 'payees', 'transactions_of_payee(user_id, id)');
SELECT derive_edges('edges_paid_by', 'PAID_BY', 'subscriptions', 'transactions_to_organization(user_id, organization_id)');

CREATE VIEW edges_paid_regularly AS
    SELECT user_id, id AS key, id AS source_id, recurring_transaction_id AS target_id
    FROM subscriptions WHERE deleted_at IS NULL AND recurring_transaction_id IS NOT NULL;
SELECT derive_edges('edges_paid_regularly', 'PAID_BY', 'subscriptions', 'id');
