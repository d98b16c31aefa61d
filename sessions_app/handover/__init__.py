"""Handing a session to a team mate while it runs."""
