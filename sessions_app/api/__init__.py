"""The REST doors of sessions, and what they send and take."""
