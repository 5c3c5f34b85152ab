"""Finding: what a question means, and the readings that need to know it."""
