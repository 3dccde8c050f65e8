"""Which senders are allowed: addresses, the sender filter, and rate limits."""
