"""The pure part of Perform: numpy and the standard library only; no thread, clock, disk, socket or gradio."""
