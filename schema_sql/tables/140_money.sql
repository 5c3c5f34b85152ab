-- Money: double entry as Beancount and ledger keep it, with the words of OFX 2.3 for what a bank sends.
-- That the postings of a transaction balance is kept in 142_double_entry.sql; prices, budgets and receipts are in 141_budgets.sql.

CREATE TYPE financial_account_type AS ENUM ('assets', 'liabilities', 'equity', 'income', 'expenses');
COMMENT ON TYPE financial_account_type IS 'The five roots of the accounts of a Beancount ledger';
CREATE TYPE commodity_kind AS ENUM ('currency', 'stock', 'fund', 'bond', 'crypto', 'points', 'other');
COMMENT ON TYPE commodity_kind IS 'What sort of thing amounts are counted in';
CREATE TYPE ofx_transaction_type AS ENUM (
    'CREDIT', 'DEBIT', 'INT', 'DIV', 'FEE', 'SRVCHG', 'DEP', 'ATM', 'POS', 'XFER', 'CHECK', 'PAYMENT', 'CASH',
    'DIRECTDEP', 'DIRECTDEBIT', 'REPEATPMT', 'HOLD', 'OTHER'
);
COMMENT ON TYPE ofx_transaction_type IS 'TRNTYPE of a statement line (OFX 2.3, 11.4.4.3)';

CREATE TABLE commodities (
    LIKE entity INCLUDING ALL,
    symbol text NOT NULL,
    name text,
    kind commodity_kind NOT NULL DEFAULT 'currency',
    precision smallint NOT NULL DEFAULT 2,
    isin text,
    CONSTRAINT commodities_symbol_check CHECK (octet_length(symbol) BETWEEN 1 AND 256),
    CONSTRAINT commodities_precision_check CHECK (precision BETWEEN 0 AND 18)
);
COMMENT ON TABLE commodities IS 'What amounts are counted in: a currency, a share, a fund, miles (Commodity of Beancount).
@flags C @label symbol,name @sensitivity high';
COMMENT ON COLUMN commodities.symbol IS 'How it is written beside amounts: the ISO 4217 code of a currency (EUR), a
ticker (VWCE) @title';
COMMENT ON COLUMN commodities.name IS 'Its name in full @text';
COMMENT ON COLUMN commodities.kind IS 'What sort of thing it is';
COMMENT ON COLUMN commodities.precision IS 'Digits after the point of its smallest unit: 2 for EUR, 0 for JPY. What is
left over where prices were converted into it may be half of that unit';
COMMENT ON COLUMN commodities.isin IS 'International number of a security (ISO 6166)';
CREATE UNIQUE INDEX commodities_symbol_key ON commodities (user_id, symbol) WHERE deleted_at IS NULL;

CREATE TABLE financial_accounts (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    account_type financial_account_type NOT NULL,
    parent_id uuid,
    description text,
    organization_id uuid,
    currency char(3),
    iban text,
    bic text,
    last4 text,
    ofx_bankid text,
    ofx_acctid text,
    opened_on date,
    closed_on date,
    CONSTRAINT financial_accounts_name_check CHECK (octet_length(name) BETWEEN 1 AND 1024),
    CONSTRAINT financial_accounts_parent_check CHECK (parent_id <> id),
    CONSTRAINT financial_accounts_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
    CONSTRAINT financial_accounts_iban_check CHECK (iban ~ '^[A-Z]{2}[0-9A-Z]{0,32}$'),
    CONSTRAINT financial_accounts_dates_check CHECK (closed_on >= opened_on)
);
COMMENT ON TABLE financial_accounts IS 'An account of the ledger: where money is, where it comes from or what it is spent
on. Balances are the sums of its postings and stand nowhere else.
@flags HC @half_life 60 @label name @sensitivity high';
COMMENT ON COLUMN financial_accounts.name IS 'The whole name with colons, as in Beancount: Assets:Bank:Checking @title';
COMMENT ON COLUMN financial_accounts.account_type IS 'Which of the five kinds it is. Income, liabilities and equity are
usually negative';
COMMENT ON COLUMN financial_accounts.parent_id IS 'The account that it is a part of';
COMMENT ON COLUMN financial_accounts.description IS 'What it is for @text @markdown';
COMMENT ON COLUMN financial_accounts.organization_id IS 'The bank or broker that keeps it';
COMMENT ON COLUMN financial_accounts.currency IS 'ISO 4217 code of what it is mostly counted in; postings carry their own';
COMMENT ON COLUMN financial_accounts.iban IS 'International account number, without spaces (ISO 13616)';
COMMENT ON COLUMN financial_accounts.bic IS 'Code of the bank (ISO 9362)';
COMMENT ON COLUMN financial_accounts.last4 IS 'Last digits of the card or account, to tell it by';
COMMENT ON COLUMN financial_accounts.ofx_bankid IS 'BANKID or BROKERID of OFX: the bank''s routing number';
COMMENT ON COLUMN financial_accounts.ofx_acctid IS 'ACCTID of OFX: the number under which statements name it';
COMMENT ON COLUMN financial_accounts.opened_on IS 'When it was opened';
COMMENT ON COLUMN financial_accounts.closed_on IS 'When it was closed; empty while it is open';
CREATE UNIQUE INDEX financial_accounts_name_key ON financial_accounts (user_id, name) WHERE deleted_at IS NULL;
CREATE INDEX financial_accounts_parent_id_idx ON financial_accounts (user_id, parent_id) WHERE deleted_at IS NULL;
CREATE INDEX financial_accounts_organization_id_idx
    ON financial_accounts (user_id, organization_id) WHERE deleted_at IS NULL;
CREATE INDEX financial_accounts_ofx_acctid_idx ON financial_accounts (user_id, ofx_acctid) WHERE deleted_at IS NULL;
ALTER TABLE financial_accounts ADD CONSTRAINT financial_accounts_parent_id_fkey
    FOREIGN KEY (user_id, parent_id) REFERENCES financial_accounts (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE financial_accounts ADD CONSTRAINT financial_accounts_organization_id_fkey
    FOREIGN KEY (user_id, organization_id) REFERENCES organizations (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE payees (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    normalized_name text GENERATED ALWAYS AS (
        lower(regexp_replace(btrim(normalize(name, NFKC)), '\s+', ' ', 'g'))
    ) STORED,
    organization_id uuid,
    contact_id uuid,
    default_account_id uuid,
    CONSTRAINT payees_name_check CHECK (octet_length(name) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE payees IS 'Whom one pays or is paid by, under the name that one keeps the books with.
@flags HC @half_life 60 @label name @sensitivity high';
COMMENT ON COLUMN payees.name IS 'The name, tidied up: Mercadona @title';
COMMENT ON COLUMN payees.normalized_name IS 'The name in small letters with single spaces, by which it is known';
COMMENT ON COLUMN payees.organization_id IS 'The organization that it is';
COMMENT ON COLUMN payees.contact_id IS 'The person that it is';
COMMENT ON COLUMN payees.default_account_id IS 'Where what is paid to it is usually booked: Expenses:Groceries';
CREATE UNIQUE INDEX payees_normalized_name_key ON payees (user_id, normalized_name) WHERE deleted_at IS NULL;
CREATE INDEX payees_organization_id_idx ON payees (user_id, organization_id) WHERE deleted_at IS NULL;
CREATE INDEX payees_contact_id_idx ON payees (user_id, contact_id) WHERE deleted_at IS NULL;
CREATE INDEX payees_default_account_id_idx ON payees (user_id, default_account_id) WHERE deleted_at IS NULL;
ALTER TABLE payees ADD CONSTRAINT payees_organization_id_fkey
    FOREIGN KEY (user_id, organization_id) REFERENCES organizations (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE payees ADD CONSTRAINT payees_contact_id_fkey
    FOREIGN KEY (user_id, contact_id) REFERENCES contacts (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE payees ADD CONSTRAINT payees_default_account_id_fkey
    FOREIGN KEY (user_id, default_account_id) REFERENCES financial_accounts (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE transactions (
    LIKE synced INCLUDING ALL,
    transaction_date date NOT NULL DEFAULT CURRENT_DATE,
    posted_at timestamptz,
    draft boolean NOT NULL DEFAULT true,
    flag text NOT NULL DEFAULT '*',
    payee_id uuid,
    payee_text text,
    narration text NOT NULL DEFAULT '',
    financial_account_id uuid,
    fitid text,
    trntype ofx_transaction_type,
    check_number text,
    transfer_group uuid,
    link_names text[] NOT NULL DEFAULT '{}',
    categories text[] NOT NULL DEFAULT '{}',
    import_batch_id uuid,
    CONSTRAINT transactions_flag_check CHECK (flag IN ('*', '!') OR flag ~ '^[#&?%A-Z]$'),
    CONSTRAINT transactions_fitid_check CHECK (octet_length(fitid) BETWEEN 1 AND 1024)
);
COMMENT ON TABLE transactions IS 'Money that moved, in double entry: what it took from some accounts and gave to others is
in its postings. These add up to nothing, in each commodity; only while it is a draft they need not.
@flags EHXCS @half_life 30 @label payee_text,narration,transaction_date @time transaction_date @sensitivity high @whole';
COMMENT ON COLUMN transactions.transaction_date IS 'The day of the purchase or payment (DTUSER of OFX)';
COMMENT ON COLUMN transactions.posted_at IS 'When the bank booked it (DTPOSTED)';
COMMENT ON COLUMN transactions.draft IS 'Still being written: it counts for nothing yet, and its postings need not
balance. Set it to false when all postings are there; from then on no one can leave it unbalanced';
COMMENT ON COLUMN transactions.flag IS 'The flag of Beancount: * is complete, ! is to be looked at again (which must
balance all the same), or another letter of one''s own';
COMMENT ON COLUMN transactions.payee_id IS 'Who was paid, or who paid';
COMMENT ON COLUMN transactions.payee_text IS 'Who was paid, in the words of the bank or of the ledger (NAME of OFX) @title';
COMMENT ON COLUMN transactions.narration IS 'What it was about (narration of Beancount, MEMO of OFX) @title @markdown';
COMMENT ON COLUMN transactions.financial_account_id IS 'The account on whose statement it stands';
COMMENT ON COLUMN transactions.fitid IS 'FITID: the bank''s own id of the statement line, once per account';
COMMENT ON COLUMN transactions.trntype IS 'What the bank calls it';
COMMENT ON COLUMN transactions.check_number IS 'Number of the cheque (CHECKNUM)';
COMMENT ON COLUMN transactions.transfer_group IS 'The same for the sides of one transfer that stand on two statements';
COMMENT ON COLUMN transactions.link_names IS 'Links of Beancount without the ^: transactions with the same belong together';
COMMENT ON COLUMN transactions.categories IS 'Tags of Beancount without the #, as plain labels';
COMMENT ON COLUMN transactions.import_batch_id IS 'The import that brought it';
CREATE UNIQUE INDEX transactions_financial_account_id_fitid_key
    ON transactions (user_id, financial_account_id, fitid) WHERE deleted_at IS NULL;
CREATE INDEX transactions_transaction_date_idx
    ON transactions (user_id, transaction_date, id) WHERE deleted_at IS NULL;
CREATE INDEX transactions_draft_idx ON transactions (user_id, transaction_date) WHERE draft AND deleted_at IS NULL;
CREATE INDEX transactions_payee_id_idx ON transactions (user_id, payee_id, transaction_date) WHERE deleted_at IS NULL;
CREATE INDEX transactions_transfer_group_idx ON transactions (user_id, transfer_group) WHERE deleted_at IS NULL;
CREATE INDEX transactions_import_batch_id_idx ON transactions (user_id, import_batch_id) WHERE deleted_at IS NULL;
ALTER TABLE transactions ADD CONSTRAINT transactions_payee_id_fkey
    FOREIGN KEY (user_id, payee_id) REFERENCES payees (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE transactions ADD CONSTRAINT transactions_financial_account_id_fkey
    FOREIGN KEY (user_id, financial_account_id) REFERENCES financial_accounts (user_id, id)
     DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE transactions ADD CONSTRAINT transactions_import_batch_id_fkey
    FOREIGN KEY (user_id, import_batch_id) REFERENCES import_batches (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE postings (
    LIKE entity INCLUDING ALL,
    transaction_id uuid NOT NULL,
    financial_account_id uuid NOT NULL,
    units numeric NOT NULL,
    commodity_id uuid NOT NULL,
    cost_per_unit numeric,
    total_cost numeric,
    cost_commodity_id uuid,
    cost_date date,
    cost_label text,
    price numeric,
    total_price numeric,
    price_commodity_id uuid,
    flag text,
    memo text,
    position integer NOT NULL DEFAULT 0,
    -- No number that is none, and none that is endless.
    CONSTRAINT postings_units_check CHECK (units BETWEEN -1e24 AND 1e24),
    CONSTRAINT postings_cost_per_unit_check CHECK (cost_per_unit BETWEEN 0 AND 1e24),
    CONSTRAINT postings_total_cost_check CHECK (total_cost BETWEEN 0 AND 1e24),
    CONSTRAINT postings_cost_check CHECK (num_nonnulls(cost_per_unit, total_cost) = num_nonnulls(cost_commodity_id)),
    CONSTRAINT postings_lot_check CHECK (cost_commodity_id IS NOT NULL OR num_nonnulls(cost_date, cost_label) = 0),
    CONSTRAINT postings_price_number_check CHECK (price BETWEEN 0 AND 1e24),
    CONSTRAINT postings_total_price_check CHECK (total_price BETWEEN 0 AND 1e24),
    CONSTRAINT postings_price_check CHECK (num_nonnulls(price, total_price) = num_nonnulls(price_commodity_id)),
    CONSTRAINT postings_flag_check CHECK (flag IN ('*', '!') OR flag ~ '^[#&?%A-Z]$')
);
COMMENT ON TABLE postings IS 'One leg of a transaction: so much of a commodity goes into an account, or out of it where
it is negative. Where it has a cost, else a price, it weighs in the balance what that comes to, as in Beancount.
@flags C @label memo,units @sensitivity high';
COMMENT ON COLUMN postings.transaction_id IS 'The transaction that it is a leg of';
COMMENT ON COLUMN postings.financial_account_id IS 'The account that it goes into or out of';
COMMENT ON COLUMN postings.units IS 'How much: positive into the account, negative out of it';
COMMENT ON COLUMN postings.commodity_id IS 'Of what';
COMMENT ON COLUMN postings.cost_per_unit IS 'What one unit of the lot once cost: {100.00 EUR} of Beancount';
COMMENT ON COLUMN postings.total_cost IS 'What the lot once cost in all, where that is what is known: {{1000.00 EUR}}';
COMMENT ON COLUMN postings.cost_commodity_id IS 'What the cost is counted in';
COMMENT ON COLUMN postings.cost_date IS 'When the lot was acquired';
COMMENT ON COLUMN postings.cost_label IS 'Name of the lot, where one was given';
COMMENT ON COLUMN postings.price IS 'What one unit was worth on the day: @ 1.09 USD of Beancount';
COMMENT ON COLUMN postings.total_price IS 'What all of it was worth, where that is what is known: @@ 91.37 EUR';
COMMENT ON COLUMN postings.price_commodity_id IS 'What the price is counted in';
COMMENT ON COLUMN postings.flag IS 'A flag of its own, where it differs from that of its transaction';
COMMENT ON COLUMN postings.memo IS 'A remark on this leg @title';
COMMENT ON COLUMN postings.position IS 'Place in the transaction, smaller first';
CREATE INDEX postings_transaction_id_idx ON postings (user_id, transaction_id, position) WHERE deleted_at IS NULL;
CREATE INDEX postings_financial_account_id_idx ON postings (user_id, financial_account_id) WHERE deleted_at IS NULL;
CREATE INDEX postings_commodity_id_idx ON postings (user_id, commodity_id) WHERE deleted_at IS NULL;
CREATE INDEX postings_cost_commodity_id_idx ON postings (user_id, cost_commodity_id) WHERE deleted_at IS NULL;
CREATE INDEX postings_price_commodity_id_idx ON postings (user_id, price_commodity_id) WHERE deleted_at IS NULL;
ALTER TABLE postings ADD CONSTRAINT postings_transaction_id_fkey
    FOREIGN KEY (user_id, transaction_id) REFERENCES transactions (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE postings ADD CONSTRAINT postings_financial_account_id_fkey
    FOREIGN KEY (user_id, financial_account_id) REFERENCES financial_accounts (user_id, id)
     DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE postings ADD CONSTRAINT postings_commodity_id_fkey
    FOREIGN KEY (user_id, commodity_id) REFERENCES commodities (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE postings ADD CONSTRAINT postings_cost_commodity_id_fkey
    FOREIGN KEY (user_id, cost_commodity_id) REFERENCES commodities (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE postings ADD CONSTRAINT postings_price_commodity_id_fkey
    FOREIGN KEY (user_id, price_commodity_id) REFERENCES commodities (user_id, id) DEFERRABLE INITIALLY DEFERRED;
