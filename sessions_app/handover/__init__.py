"""A session that goes to a team mate while it runs."""
