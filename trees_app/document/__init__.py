"""The document of a flow, as pure functions over JSON values; no database, no Django.

    {"schema_version": 1, "start": "<node id>", "nodes": {"<node id>": {...}, ...}}

- `shape`: what a document must be to be saved ([T1], [T3])
- `check`: what it must be to be published ([T2])
- `command_check`: how values may stand in commands, which `quotes` reads
- `advice`: what an author is told besides, and may overrule ([F4])
- `nodes`: what a node leads to and mentions
- `graph`: which nodes lead where
"""
