"""The use cases of Perform: one Performer with one lock and JSON-able snapshots. It imports neither HTTP nor gradio."""
