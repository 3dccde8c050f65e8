"""The reduction of version 0.1, for songs whose schedules must not change, and as a rival in bench."""
