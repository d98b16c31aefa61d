"""The REST API of sessions, and what they send and take."""
