"""The life of a fictional person, to look around in: a vault, an address book, a calendar, and ten years in all domains."""
