"""Perform without a WebUI: the page by FastAPI and uvicorn alone, and the commands of ``python -m deforum_perform``."""
