"""The web room: FastAPI routes, the live stream and who may use them. No gradio."""
