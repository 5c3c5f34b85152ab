"""From texts to links: the mentions in a text and the records that their names mean. Pure, without a database."""
