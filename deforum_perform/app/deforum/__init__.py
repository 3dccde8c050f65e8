"""The connection to Deforum: its tab, schedules, the check, Apply and the exports."""
