"""What the run page shows, made ready for templates: the step, the path, and the panels."""
