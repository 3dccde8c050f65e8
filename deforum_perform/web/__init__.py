"""The web package: FastAPI routes, the live stream and access control. No gradio."""
