"""Passwords: what a good one is, changing it, and setting a new one by a link of mail."""
