"""Keys: the fewest that keep a schedule within its tolerance."""
