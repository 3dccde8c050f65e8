"""The use cases of Perform: one Performer with one lock and JSON-able snapshots. It knows no HTTP and no gradio."""
