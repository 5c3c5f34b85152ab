"""A small life of a fictional person, to look around in: a vault, an address book, a calendar, and what they lack."""
