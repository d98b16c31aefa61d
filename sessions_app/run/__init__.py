"""The run page, and everything that is done on it.

Each action is one POST that works as a plain form (then a redirect to the run page) and as an HTMX
request (then only what has changed). Every refusal shows what was typed: nothing is lost.
"""
