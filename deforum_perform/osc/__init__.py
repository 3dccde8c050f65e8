"""From datagrams to events: OSC packets, the socket that receives them, and the clock that timestamps them.

``intake`` owns the socket and two threads, ``packet`` parses bytes, ``events`` stores values in columns, ``clock`` maps
the kernel's time of day to the monotonic clock, ``control`` defines the addresses below ``/perform/``.
"""
