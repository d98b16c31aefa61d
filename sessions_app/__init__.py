"""Sessions: runs of a flow, from their preparation to their end and what is kept of them.

What they are: `models` (a session and its steps), `companions` (files, hand-overs, the library's
steps), `audit` (the log), `limits`; how they are found: `querysets`, `queries`.

Who opens one, to read or to write it: `access`. What is done with whole ones: `services` (start,
change, delete), `preparing`, `closing`, `keeping`, `variables`, `library`; and in rooms of their
own:

- `path`: what changes the steps of a run: answering, typing, own steps, going back
- `batches`: one flow over several targets
- `handover`: a session that goes to a team mate
- `as_flow`: a run saved as a flow
- `files`: screenshots and logs at the steps
- `insight`: what earlier sessions say at a step
- `titles`: how a session gets its name
- `lifecycle`: what policies close, archive and bring back

What pages show of them: `cards`, `history`, `run_page`. The doors: `views` and `forms` for pages,
`api` and `shapes` for callers, `admin`, `management` and `tasks`.
"""
