"""The records of every table: the one door through which Python writes them."""
