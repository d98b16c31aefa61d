"""Ids in addresses."""

from uuid import UUID


class IdConverter:
    """A UUID in upper or lower case; what is none is no address of ours, so 404."""

    regex = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

    def to_python(self, value: str) -> UUID:
        return UUID(value)

    def to_url(self, value: UUID | str) -> str:
        return str(value)
