"""What changes the path of a run: answers, drafts, custom steps, going back."""
