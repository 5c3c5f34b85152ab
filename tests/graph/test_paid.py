"""Who was paid, for what, and what proves it: edges that follow from the books."""

from tests.graph.household import Household


async def test_a_transaction_is_paid_to_its_payee_and_to_whom_this_is(house: Household) -> None:
    shop = await house.create("organizations", name="Mercadona S.A.")
    payee = await house.create("payees", name="Mercadona")
    bread = await house.create("transactions", payee_text="bread", payee_id=str(payee))
    assert await house.edges("PAID_TO") == {("bread", "PAID_TO", "Mercadona")}
    await house.change("payees", payee, organization_id=str(shop))
    assert await house.edges("PAID_TO") == {("bread", "PAID_TO", "Mercadona"), ("bread", "PAID_TO", "Mercadona S.A.")}
    paper = await house.create("subscriptions", name="Delivery", organization_id=str(shop), started_on="2020-01-01")
    assert await house.edges("PAID_BY") == {("Delivery", "PAID_BY", "bread")}
    await house.change("subscriptions", paper, ends_on="2020-12-31")
    assert await house.edges("PAID_BY") == set()
    await house.change("transactions", bread, transaction_date="2020-06-01")
    assert await house.edges("PAID_BY") == {("Delivery", "PAID_BY", "bread")}
    await house.change("payees", payee, organization_id=None)
    assert await house.edges("PAID_BY") == set()
    assert await house.edges("PAID_TO") == {("bread", "PAID_TO", "Mercadona")}


async def test_a_receipt_evidences_its_transaction(house: Household) -> None:
    bread = await house.create("transactions", payee_text="bread")
    slip = await house.create("receipts", merchant="slip", transaction_id=str(bread))
    assert await house.edges("EVIDENCES") == {("slip", "EVIDENCES", "bread")}
    await house.delete(slip)
    assert await house.edges("EVIDENCES") == set()
