"""The WebUI runs this file at start and at every Reload UI."""

from deforum_perform.webui.callbacks import register

register()
