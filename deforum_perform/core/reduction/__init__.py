"""Keys: as few as keep a schedule within its tolerance."""

from .reduce import reduce_keys

__all__ = ["reduce_keys"]
