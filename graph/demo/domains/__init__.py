"""What happened, by domain: each file tells its part of the same life, in rows of its own tables."""
