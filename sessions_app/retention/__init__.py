"""What policies do with sessions ([H6]): idle ones are closed, old ones archived and deleted.

`policies` selects them; `closing_idle` and `purging` do it, `restoring` loads an archive back;
`run_policies` runs both for every account, for the commands and the background tasks alike.
"""
