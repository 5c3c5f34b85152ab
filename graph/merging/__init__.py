"""Records that stand for one thing: finding them, merging them, taking them apart again. Owns `86_merges.sql`."""
