"""A run that becomes tomorrow's flow: the path taken as a new linear tree ([S9]).

What the flow said is taken from the snapshot, placeholders and all, never from the recorded
steps, where values stand in the texts. What the engineer typed is taken as typed, but a value of
a sensitive variable becomes its placeholder again.
"""
