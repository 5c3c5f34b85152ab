-- Double entry: whoever writes, by whatever way, a transaction that is no draft balances when it is committed; and who
-- was paid by it is an edge.

-- What is left over of these transactions, where they do not balance: by commodity, as Beancount weighs. Without
-- conversion the sum is nothing, exactly. Where units at a cost or a price meet a plain amount, which somebody had to
-- round, half of the smallest unit of the commodity may be left.
CREATE FUNCTION imbalances(who uuid, wanted uuid[])
    RETURNS TABLE (transaction_id uuid, commodity_id uuid, residual numeric)
    LANGUAGE sql STABLE AS $$
    SELECT b.transaction_id, b.commodity_id, b.residual
    FROM (
        SELECT p.transaction_id, w.commodity_id, sum(w.weight) AS residual,
               bool_or(w.converted) AND bool_or(NOT w.converted AND p.units <> 0) AS rounded
        FROM transactions t
        JOIN postings p ON p.user_id = who AND p.transaction_id = t.id AND p.deleted_at IS NULL
        CROSS JOIN LATERAL (
            SELECT coalesce(p.cost_commodity_id, p.price_commodity_id, p.commodity_id) AS commodity_id,
                   coalesce(p.cost_commodity_id, p.price_commodity_id) IS NOT NULL AS converted,
                   coalesce(p.units * p.cost_per_unit, sign(p.units) * p.total_cost,
                            p.units * p.price, sign(p.units) * p.total_price, p.units) AS weight) w
        WHERE t.user_id = who AND t.id = ANY (wanted) AND NOT t.draft AND t.deleted_at IS NULL
        GROUP BY p.transaction_id, w.commodity_id
        HAVING sum(w.weight) <> 0) b
    LEFT JOIN commodities c ON c.user_id = who AND c.id = b.commodity_id
    WHERE NOT (b.rounded AND abs(b.residual) <= 0.5 * 10::numeric ^ (-c.precision))
$$;

CREATE FUNCTION demand_balance(who uuid, wanted uuid[]) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    unbalanced record;
BEGIN
    SELECT i.transaction_id AS id, string_agg(concat_ws(' ', trim_scale(i.residual), c.symbol), ', ' ORDER BY c.symbol) AS left_over
        INTO unbalanced FROM imbalances(who, wanted) i
        LEFT JOIN commodities c ON c.user_id = who AND c.id = i.commodity_id GROUP BY i.transaction_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the postings of the transaction % do not balance, % is left over: bring them to nothing in one write, or make it a draft',
            unbalanced.id, unbalanced.left_over USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END
$$;
REVOKE EXECUTE ON FUNCTION demand_balance(uuid, uuid[]) FROM PUBLIC;

-- As the owner, for the rows of whoever wrote: another acting user at the time of the commit would see none of them.
CREATE FUNCTION keep_balance_of_posting() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM demand_balance(OLD.user_id, ARRAY[OLD.transaction_id]);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM demand_balance(NEW.user_id, ARRAY[NEW.transaction_id]);
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION keep_balance_of_transaction() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM demand_balance(NEW.user_id, ARRAY[NEW.id]);
    RETURN NULL;
END
$$;

-- A finer unit leaves less to rounding: what was converted into it is weighed again.
CREATE FUNCTION keep_balance_of_commodity() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM demand_balance(NEW.user_id, ARRAY(
        SELECT transaction_id FROM postings
            WHERE user_id = NEW.user_id AND cost_commodity_id = NEW.id AND deleted_at IS NULL
        UNION SELECT transaction_id FROM postings
            WHERE user_id = NEW.user_id AND price_commodity_id = NEW.id AND deleted_at IS NULL));
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION keep_balance_of_posting(), keep_balance_of_transaction(), keep_balance_of_commodity()
    FROM PUBLIC;

CREATE CONSTRAINT TRIGGER z_balance_written AFTER INSERT OR DELETE ON postings DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION keep_balance_of_posting();
CREATE CONSTRAINT TRIGGER z_balance_changed AFTER UPDATE ON postings DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW
    WHEN ((OLD.transaction_id, OLD.deleted_at, OLD.units, OLD.commodity_id, OLD.cost_per_unit, OLD.total_cost,
           OLD.cost_commodity_id, OLD.price, OLD.total_price, OLD.price_commodity_id)
        IS DISTINCT FROM (NEW.transaction_id, NEW.deleted_at, NEW.units, NEW.commodity_id, NEW.cost_per_unit, NEW.total_cost,
           NEW.cost_commodity_id, NEW.price, NEW.total_price, NEW.price_commodity_id))
    EXECUTE FUNCTION keep_balance_of_posting();
CREATE CONSTRAINT TRIGGER z_balance_changed AFTER UPDATE ON transactions DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW
    WHEN (NOT NEW.draft AND NEW.deleted_at IS NULL AND (OLD.draft OR OLD.deleted_at IS NOT NULL))
    EXECUTE FUNCTION keep_balance_of_transaction();
CREATE CONSTRAINT TRIGGER z_balance_changed AFTER UPDATE ON commodities DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.precision > OLD.precision) EXECUTE FUNCTION keep_balance_of_commodity();

-- A transaction is paid to its payee, and to the organization or the person that this is.
CREATE FUNCTION transactions_of_payee(who uuid, payee uuid) RETURNS SETOF uuid
    LANGUAGE sql STABLE AS $$
    SELECT id FROM transactions WHERE user_id = who AND payee_id = payee AND deleted_at IS NULL
$$;

CREATE VIEW edges_paid_to AS
    SELECT t.user_id, t.id AS key, t.id AS source_id, paid.target_id
    FROM transactions t JOIN payees p ON p.user_id = t.user_id AND p.id = t.payee_id
    CROSS JOIN LATERAL (VALUES (p.id), (p.organization_id), (p.contact_id)) AS paid(target_id)
    WHERE t.deleted_at IS NULL AND p.deleted_at IS NULL AND paid.target_id IS NOT NULL;
SELECT derive_edges('edges_paid_to', 'PAID_TO', 'transactions', 'id');
SELECT derive_edges('edges_paid_to', 'PAID_TO', 'payees', 'transactions_of_payee(user_id, id)');
