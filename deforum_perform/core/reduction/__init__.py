"""Keys: as few as keep a schedule within its tolerance."""
