"""Saving a run as a flow: the path taken as a new linear tree ([S9]).

What the flow says is taken from the snapshot with its placeholders, never from the recorded steps,
whose texts hold values. What the engineer typed is taken as typed, but a value of a sensitive
variable becomes its placeholder again.
"""
