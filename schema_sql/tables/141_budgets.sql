-- What belongs to the books beside double entry itself: checks of balances, prices, budgets, standing payments, receipts.

CREATE TABLE balance_assertions (
    LIKE entity INCLUDING ALL,
    financial_account_id uuid NOT NULL,
    as_of date NOT NULL,
    amount numeric NOT NULL,
    commodity_id uuid NOT NULL,
    tolerance numeric,
    source text,
    CONSTRAINT balance_assertions_amount_check CHECK (amount BETWEEN -1e24 AND 1e24),
    CONSTRAINT balance_assertions_tolerance_check CHECK (tolerance BETWEEN 0 AND 1e24)
);
COMMENT ON TABLE balance_assertions IS 'What an account is known to hold on a day, to check the books against: balance of
Beancount, LEDGERBAL of OFX. @flags C @label source,as_of @time as_of @sensitivity high';
COMMENT ON COLUMN balance_assertions.financial_account_id IS 'The account, with all that is a part of it';
COMMENT ON COLUMN balance_assertions.as_of IS 'The day: before anything of that day is booked, as in Beancount. The closing
balance of a statement is that of the day after';
COMMENT ON COLUMN balance_assertions.amount IS 'How much there is';
COMMENT ON COLUMN balance_assertions.commodity_id IS 'Of what';
COMMENT ON COLUMN balance_assertions.tolerance IS 'How far off the books may be; empty is half of the smallest unit';
COMMENT ON COLUMN balance_assertions.source IS 'Who says so: a statement, a ledger, a look into the purse @title';
CREATE UNIQUE INDEX balance_assertions_financial_account_id_as_of_commodity_id_key
    ON balance_assertions (user_id, financial_account_id, as_of, commodity_id) WHERE deleted_at IS NULL;
CREATE INDEX balance_assertions_commodity_id_idx ON balance_assertions (user_id, commodity_id) WHERE deleted_at IS NULL;
ALTER TABLE balance_assertions ADD CONSTRAINT balance_assertions_financial_account_id_fkey
    FOREIGN KEY (user_id, financial_account_id) REFERENCES financial_accounts (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE balance_assertions ADD CONSTRAINT balance_assertions_commodity_id_fkey
    FOREIGN KEY (user_id, commodity_id) REFERENCES commodities (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE commodity_prices (
    user_id uuid NOT NULL DEFAULT acting_user(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    commodity_id uuid NOT NULL,
    quote_commodity_id uuid NOT NULL,
    price_date date NOT NULL,
    price numeric NOT NULL,
    source text,
    PRIMARY KEY (user_id, id),
    CONSTRAINT commodity_prices_pair_check CHECK (commodity_id <> quote_commodity_id),
    CONSTRAINT commodity_prices_price_check CHECK (price BETWEEN 0 AND 1e24)
);
COMMENT ON TABLE commodity_prices IS 'What one unit of a commodity was worth on a day: price of Beancount, a rate of
exchange. @class ledger @flags T @time price_date';
COMMENT ON COLUMN commodity_prices.commodity_id IS 'What was worth it';
COMMENT ON COLUMN commodity_prices.quote_commodity_id IS 'What its worth is counted in';
COMMENT ON COLUMN commodity_prices.price_date IS 'The day';
COMMENT ON COLUMN commodity_prices.price IS 'What one unit was worth';
COMMENT ON COLUMN commodity_prices.source IS 'Who says so: a bank, an exchange, a ledger';
CREATE UNIQUE INDEX commodity_prices_commodity_id_quote_commodity_id_price_date_key
    ON commodity_prices (user_id, commodity_id, quote_commodity_id, price_date);
CREATE INDEX commodity_prices_quote_commodity_id_idx ON commodity_prices (user_id, quote_commodity_id);
CREATE INDEX commodity_prices_price_date_brin ON commodity_prices USING brin (price_date);
ALTER TABLE commodity_prices ADD CONSTRAINT commodity_prices_commodity_id_fkey
    FOREIGN KEY (user_id, commodity_id) REFERENCES commodities (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE commodity_prices ADD CONSTRAINT commodity_prices_quote_commodity_id_fkey
    FOREIGN KEY (user_id, quote_commodity_id) REFERENCES commodities (user_id, id)
     ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE budgets (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    description text,
    period text NOT NULL DEFAULT 'month',
    start_date date NOT NULL DEFAULT CURRENT_DATE,
    end_date date,
    currency char(3) NOT NULL,
    CONSTRAINT budgets_period_check CHECK (period IN ('week', 'month', 'quarter', 'year')),
    CONSTRAINT budgets_dates_check CHECK (end_date >= start_date),
    CONSTRAINT budgets_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);
COMMENT ON TABLE budgets IS 'What one means to spend and to earn in each week, month, quarter or year.
@flags HC @half_life 45 @label name @time start_date @sensitivity high';
COMMENT ON COLUMN budgets.name IS 'Name of the budget @title';
COMMENT ON COLUMN budgets.description IS 'What it is for @text @markdown';
COMMENT ON COLUMN budgets.period IS 'What its amounts are for: a week, month, quarter or year each';
COMMENT ON COLUMN budgets.start_date IS 'When its first period begins';
COMMENT ON COLUMN budgets.end_date IS 'Until when it holds; empty means until further notice';
COMMENT ON COLUMN budgets.currency IS 'ISO 4217 code of all its amounts';

CREATE TABLE budget_lines (
    LIKE entity INCLUDING ALL,
    budget_id uuid NOT NULL,
    financial_account_id uuid NOT NULL,
    amount numeric NOT NULL,
    rollover boolean NOT NULL DEFAULT false,
    note text,
    CONSTRAINT budget_lines_amount_check CHECK (amount BETWEEN -1e24 AND 1e24)
);
COMMENT ON TABLE budget_lines IS 'What a budget allows to one account in each period.
@flags C @label note,amount @sensitivity high';
COMMENT ON COLUMN budget_lines.budget_id IS 'The budget that it is a line of';
COMMENT ON COLUMN budget_lines.financial_account_id IS 'The account, with all that is a part of it: Expenses:Food';
COMMENT ON COLUMN budget_lines.amount IS 'How much in each period, in the budget''s currency; what is earned is negative';
COMMENT ON COLUMN budget_lines.rollover IS 'What is left over is there in the next period';
COMMENT ON COLUMN budget_lines.note IS 'A remark on it @title';
CREATE UNIQUE INDEX budget_lines_budget_id_financial_account_id_key
    ON budget_lines (user_id, budget_id, financial_account_id) WHERE deleted_at IS NULL;
CREATE INDEX budget_lines_financial_account_id_idx
    ON budget_lines (user_id, financial_account_id) WHERE deleted_at IS NULL;
ALTER TABLE budget_lines ADD CONSTRAINT budget_lines_budget_id_fkey
    FOREIGN KEY (user_id, budget_id) REFERENCES budgets (user_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE budget_lines ADD CONSTRAINT budget_lines_financial_account_id_fkey
    FOREIGN KEY (user_id, financial_account_id) REFERENCES financial_accounts (user_id, id)
     DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE recurring_transactions (
    LIKE described INCLUDING ALL,
    name text NOT NULL,
    rrule text,
    start_date date,
    next_date date,
    active boolean NOT NULL DEFAULT true,
    payee_id uuid,
    amount numeric,
    currency char(3),
    template jsonb NOT NULL DEFAULT '{}',
    last_transaction_id uuid,
    CONSTRAINT recurring_transactions_amount_check CHECK (amount BETWEEN -1e24 AND 1e24),
    CONSTRAINT recurring_transactions_money_check CHECK ((amount IS NULL) = (currency IS NULL)),
    CONSTRAINT recurring_transactions_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);
COMMENT ON TABLE recurring_transactions IS 'A payment that comes again and again: the rent, a standing order, a salary.
@flags HC @half_life 60 @label name @sensitivity high';
COMMENT ON COLUMN recurring_transactions.name IS 'What it is @title';
COMMENT ON COLUMN recurring_transactions.rrule IS 'When it comes: an RRULE of RFC 5545, e.g. FREQ=MONTHLY;BYMONTHDAY=1';
COMMENT ON COLUMN recurring_transactions.start_date IS 'When it first came: where the rule begins';
COMMENT ON COLUMN recurring_transactions.next_date IS 'When it comes next';
COMMENT ON COLUMN recurring_transactions.active IS 'It still goes on';
COMMENT ON COLUMN recurring_transactions.payee_id IS 'Who is paid, or who pays';
COMMENT ON COLUMN recurring_transactions.amount IS 'How much each time; what one is paid is negative';
COMMENT ON COLUMN recurring_transactions.currency IS 'ISO 4217 code of the amount';
COMMENT ON COLUMN recurring_transactions.template IS 'What each transaction begins with: {"narration": ..., "postings":
[{"account": "Expenses:Rent", "units": "750.00", "commodity": "EUR"}, ...]}';
COMMENT ON COLUMN recurring_transactions.last_transaction_id IS 'The last one that came';
CREATE INDEX recurring_transactions_next_date_idx
    ON recurring_transactions (user_id, next_date) WHERE deleted_at IS NULL;
CREATE INDEX recurring_transactions_payee_id_idx ON recurring_transactions (user_id, payee_id) WHERE deleted_at IS NULL;
CREATE INDEX recurring_transactions_last_transaction_id_idx
    ON recurring_transactions (user_id, last_transaction_id) WHERE deleted_at IS NULL;
ALTER TABLE recurring_transactions ADD CONSTRAINT recurring_transactions_payee_id_fkey
    FOREIGN KEY (user_id, payee_id) REFERENCES payees (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE recurring_transactions ADD CONSTRAINT recurring_transactions_last_transaction_id_fkey
    FOREIGN KEY (user_id, last_transaction_id) REFERENCES transactions (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE receipts (
    LIKE described INCLUDING ALL,
    file_id uuid,
    merchant text NOT NULL DEFAULT '',
    purchased_at timestamptz,
    total numeric,
    tax numeric,
    currency char(3),
    line_items jsonb NOT NULL DEFAULT '[]',
    note text,
    transaction_id uuid,
    CONSTRAINT receipts_total_check CHECK (total BETWEEN -1e24 AND 1e24),
    CONSTRAINT receipts_tax_check CHECK (tax BETWEEN -1e24 AND 1e24),
    CONSTRAINT receipts_money_check CHECK (currency IS NOT NULL OR num_nonnulls(total, tax) = 0),
    CONSTRAINT receipts_currency_check CHECK (currency ~ '^[A-Z]{3}$')
);
COMMENT ON TABLE receipts IS 'The proof of a purchase: what the shop printed or mailed.
@flags EHXC @half_life 30 @label merchant,note,purchased_at @time purchased_at @sensitivity high';
COMMENT ON COLUMN receipts.file_id IS 'The picture or document of it';
COMMENT ON COLUMN receipts.merchant IS 'Where it was bought, as printed @title';
COMMENT ON COLUMN receipts.purchased_at IS 'When it was bought';
COMMENT ON COLUMN receipts.total IS 'What was paid in all';
COMMENT ON COLUMN receipts.tax IS 'How much of the total is tax';
COMMENT ON COLUMN receipts.currency IS 'ISO 4217 code of its amounts';
COMMENT ON COLUMN receipts.line_items IS 'What was bought: [{"name": ..., "quantity": ..., "price": ..., "gtin": ...}, ...]';
COMMENT ON COLUMN receipts.note IS 'What it was for @text @markdown';
COMMENT ON COLUMN receipts.transaction_id IS 'The transaction that it proves';
CREATE INDEX receipts_purchased_at_idx ON receipts (user_id, purchased_at, id) WHERE deleted_at IS NULL;
CREATE INDEX receipts_file_id_idx ON receipts (user_id, file_id) WHERE deleted_at IS NULL;
CREATE INDEX receipts_transaction_id_idx ON receipts (user_id, transaction_id) WHERE deleted_at IS NULL;
ALTER TABLE receipts ADD CONSTRAINT receipts_file_id_fkey
    FOREIGN KEY (user_id, file_id) REFERENCES files (user_id, id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE receipts ADD CONSTRAINT receipts_transaction_id_fkey
    FOREIGN KEY (user_id, transaction_id) REFERENCES transactions (user_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE VIEW edges_evidences AS
    SELECT user_id, id AS key, id AS source_id, transaction_id AS target_id
    FROM receipts WHERE deleted_at IS NULL AND transaction_id IS NOT NULL;
SELECT derive_edges('edges_evidences', 'EVIDENCES', 'receipts', 'id');
