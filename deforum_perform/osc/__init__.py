"""From the wire to events: OSC packets, the socket that hears them, and the clock that dates them.

``intake`` owns the socket and two threads, ``packet`` reads bytes, ``events`` keeps values in columns, ``clock`` maps
the kernel's time of day onto the monotonic clock, ``control`` knows the addresses below ``/perform/``.
"""
