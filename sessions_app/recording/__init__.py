"""What changes the path of a run: answering, typing, steps of one's own, going back."""
