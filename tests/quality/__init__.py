"""Quality of search as a number: labelled sets in, a table out."""
