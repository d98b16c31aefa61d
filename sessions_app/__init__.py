"""Sessions: runs of a flow, from their preparation to their end and what is kept of them.

At the top: the models (one a file, the audit log among them), who may open a session
(`permissions`), what is done with whole sessions (`services`), what the API sends and takes of
them (`api`), limits, addresses.

A folder a feature, with what it needs of `services`, `queries`, `views`, `api`, `presenters`,
`forms`, `schemas` and `tasks`:

- `run`: the run page
- `recording`: what changes the steps of a run: answers, drafts, custom steps, going back
- `completion`: ending a session, undoing that, reopening, addenda, discarding
- `continuing`: going on in another flow with what is known of the ticket
- `history`: lists, search, dashboard, the page of a past session
- `preparing`: sessions prepared for somebody
- `batches`: one flow over several targets
- `handover`: a session that goes to a team mate
- `save_as_flow`: a run saved as a flow
- `attachments`: screenshots and logs at the steps
- `step_library`: reusable steps of the account
- `suggestions`: what earlier sessions say at a step
- `titles`: how a session gets its name
- `retention`: what policies close, archive, delete and restore; pinning
"""
