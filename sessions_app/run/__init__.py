"""The run page: showing it, and everything that is done on it.

Each verb is one POST that works as a plain form (then a redirect to the run page) and as an HTMX
request (then what has changed alone). What was typed is in every refusal: nothing is lost.
"""
