"""The way into Deforum: what its tab shows, schedules, the check, Apply and the exports."""
