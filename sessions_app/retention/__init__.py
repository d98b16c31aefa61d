"""What policies do with sessions ([H6]): idle ones are closed, old ones archived and deleted.

`policies` selects them; `closing_idle` and `purging` do it, which `run_policies` runs for every
account, for the commands and the background tasks alike; `restoring` loads an archive back.
"""
