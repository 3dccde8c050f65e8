"""The WebUI package: the tab, Deforum's boxes, the options. Only this package imports gradio and the host."""
