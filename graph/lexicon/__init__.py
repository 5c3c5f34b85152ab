"""The user's own names: what extraction recognises in texts, and what a search may mean by them."""
