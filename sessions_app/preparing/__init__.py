"""Sessions that are prepared for somebody and not started yet ([S10])."""
