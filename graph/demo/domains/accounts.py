"""Accounts and access: the groups that a household would share with, and a preference more."""

from graph.demo.life import Life


def tell(life: Life) -> None:
    """What has no command of its own: members and shares are made by theirs."""
    for key, name, kind in (("household", "Carrer de la Reina", "family"), ("onda", "Onda Llevant, table", "team")):
        life.add("user_groups", key, display_name=name, kind=kind)
    life.add("user_settings", "units", key="units.distance", value="km")
