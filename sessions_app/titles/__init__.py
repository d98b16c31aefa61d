"""Titles of sessions ([H4]): one to three words, at most 30 characters.

`maker` makes one locally from plain data, `making` says when a session gets one, `asking` has a
language model make a better one where the installation wants that, `rules` says what a title is.
"""
