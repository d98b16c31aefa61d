"""Titles of sessions ([H4]): one to three words, at most 30 characters.

`generator` makes one locally from a `context`, `assign` says when a session gets one, `llm` has
a language model make a better one where the installation wants that, `validation` says what a
title is.
"""
