"""Completing a session ([S5], [H8]), and undoing that for a moment."""
