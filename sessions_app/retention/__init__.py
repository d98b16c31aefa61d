"""What becomes of sessions by themselves ([H6]): idle ones are closed, old ones archived.

`policies` says which; `closing_idle` and `purging` do it, `restoring` takes an archive back;
`everywhere` runs them for every account, for the commands and the background tasks alike.
"""
