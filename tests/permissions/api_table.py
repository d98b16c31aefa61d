"""Who gets what from every address of the API: one line per method, one column per person.

The columns are `world.PEOPLE`. Every call names the same objects: a session that `owner` runs
and that is assigned to `assignee`, and a published flow of `author`, open to the account.
"""

TABLE = """
#                            anon stranger mate viewer owner assignee author admin integration
GET    api-schema             200 200 200 200 200 200 200 200 200
GET    api-docs               200 200 200 200 200 200 200 200 200
GET    api-sessions           401 200 200 200 200 200 200 200 200
POST   api-sessions           401 404 201 403 201 201 201 201 403
GET    api-session-current    401 404 404 404 200 404 404 404 404
GET    api-session            401 404 403 403 200 200 403 200 200
PUT    api-session            401 404 403 403 200 200 403 403 403
PATCH  api-session            401 404 403 403 200 200 403 403 403
DELETE api-session            401 404 403 403 204 403 403 403 403
POST   api-session-complete   401 404 403 403 200 200 403 403 403
PATCH  api-session-scratchpad 401 404 403 403 200 200 403 403 403
PATCH  api-session-variables  401 404 403 403 200 200 403 403 403
PATCH  api-session-title      401 404 403 403 200 200 403 403 403
PATCH  api-session-reference  401 404 403 403 200 200 403 403 403
GET    api-session-addenda    401 404 403 403 200 200 403 200 200
POST   api-session-addenda    401 404 403 403 400 400 403 403 403
GET    api-session-attachments 401 404 403 403 200 200 403 200 200
POST   api-session-attachments 401 404 403 403 422 422 403 403 403
POST   api-session-export     401 404 403 403 200 200 403 200 200
POST   api-session-prepare    401 404 201 403 201 201 201 201 403
POST   api-session-batch      401 404 201 403 201 201 201 201 403
POST   api-session-save-as-tree 401 404 403 403 201 403 403 403 403
GET    api-steps              401 200 200 200 200 200 200 200 200
POST   api-steps              401 201 201 403 201 201 201 201 403
POST   api-redact             401 200 200 200 200 200 200 200 200
GET    api-trees              401 200 200 200 200 200 200 200 200
POST   api-trees              401 403 403 403 403 403 201 201 403
GET    api-tree               401 404 200 200 200 200 200 200 200
PUT    api-tree               401 404 403 403 403 403 200 200 403
PATCH  api-tree               401 404 403 403 403 403 200 200 403
POST   api-tree-publish       401 404 403 403 403 403 200 200 403
POST   api-tree-fork          401 404 403 403 403 403 201 201 403
DELETE api-tree               401 404 403 403 403 403 409 409 403
DELETE api-tree@draft         401 404 403 403 204 403 403 204 403
GET    api-tree@draft         401 404 403 403 200 403 403 200 403
PATCH  api-tree@draft         401 404 403 403 200 403 403 200 403
POST   api-tree-publish@draft 401 404 403 403 200 403 403 200 403
POST   api-tree-validate      401 200 200 200 200 200 200 200 200
"""

# What is sent, where the call needs a body; {tree} is the flow's id.
BODIES = {
    "POST api-sessions": {"tree_id": "{tree}"},
    "PUT api-session": {"scratchpad": "x"},
    "PATCH api-session": {"scratchpad": "x"},
    "POST api-session-complete": {"outcome": "resolved"},
    "PATCH api-session-scratchpad": {"scratchpad": "x"},
    "PATCH api-session-variables": {"variables": {"gateway": "gw"}},
    "PATCH api-session-title": {"title": "VPN down"},
    "PATCH api-session-reference": {"ticket_number": "T-7"},
    "POST api-session-addenda": {"text": "Rang again."},
    "POST api-session-prepare": {"tree_id": "{tree}"},
    "POST api-session-batch": {"tree_id": "{tree}", "targets": [{"label": "srv-1"}]},
    "POST api-session-save-as-tree": {"status": "draft"},
    "POST api-steps": {"title": "Look twice"},
    "POST api-redact": {"text": "x"},
    "POST api-trees": {"name": "New"},
    "PUT api-tree": {"category": "x"},
    "PATCH api-tree": {"category": "x"},
    "POST api-tree-validate": {"structure": {}},
}

# The scope that an API key needs for each call; nothing behind the two that are open to all.
SCOPES = """
GET    api-sessions             read
POST   api-sessions             write
GET    api-session-current      read
GET    api-session              read
PUT    api-session              write
PATCH  api-session              write
DELETE api-session              write
POST   api-session-complete     write
PATCH  api-session-scratchpad   write
PATCH  api-session-variables    write
PATCH  api-session-title        write
PATCH  api-session-reference    write
GET    api-session-addenda      read
POST   api-session-addenda      write
GET    api-session-attachments  read
POST   api-session-attachments  write
POST   api-session-export       export
POST   api-session-prepare      write
POST   api-session-batch        write
POST   api-session-save-as-tree write
GET    api-steps                read
POST   api-steps                write
POST   api-redact               read
GET    api-trees                read
POST   api-trees                write
GET    api-tree                 read
PUT    api-tree                 write
PATCH  api-tree                 write
DELETE api-tree                 write
POST   api-tree-publish         write
POST   api-tree-fork            write
POST   api-tree-validate        read
"""
OPEN_TO_ALL = {"GET api-schema", "GET api-docs"}


def scopes_by_call() -> dict[str, str]:
    """Return the scope of each call, as `METHOD name`."""
    rows = [line.split() for line in SCOPES.strip().splitlines()]
    return {f"{method} {name}": scope for method, name, scope in rows}
