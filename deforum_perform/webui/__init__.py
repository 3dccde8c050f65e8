"""The WebUI room: the tab, Deforum's boxes, the options. Only here gradio and the host are imported."""
