"""Perform without a WebUI: the page with FastAPI and uvicorn, and the commands of ``python -m deforum_perform``."""
