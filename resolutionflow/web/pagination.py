"""How the lists of pages and API are cut into pages ([S1]): by page, or by skip and limit."""

from typing import Annotated

from pydantic import Field

from resolutionflow.web.parameters import whole_parameter
from resolutionflow.web.schemas import QueryModel

DEFAULT_SIZE = 50
MAX_SIZE = 100
# Beyond any list of ours; it keeps the offset inside PostgreSQL's 64 bits.
MAX_NUMBER = 1_000_000_000
# How far a list is counted: nobody reads on, and counting on would cost every request.
MAX_COUNT = 10_000

RowCount = Annotated[int, whole_parameter(1, MAX_SIZE, default=DEFAULT_SIZE)]


class PageParams(QueryModel):
    """Which part of a list is wanted. `size` and `limit` are one thing, `page` wins over `skip`."""

    page: Annotated[int, whole_parameter(1, MAX_NUMBER)] | None = Field(
        None, description="Which page, counted from 1."
    )
    size: RowCount | None = Field(None, description="Rows of a page.")
    skip: Annotated[int, whole_parameter(0, MAX_NUMBER)] | None = Field(
        None, description="Rows to pass over, instead of `page`."
    )
    limit: RowCount | None = Field(None, description="The same as `size`.")

    @property
    def row_count(self) -> int:
        """How many rows a page has, 1 to 100."""
        return self.size or self.limit or DEFAULT_SIZE

    @property
    def offset(self) -> int:
        """How many rows stand before the page."""
        if self.page is not None:
            return (self.page - 1) * self.row_count
        return self.skip or 0

    @property
    def following(self) -> dict[str, int]:
        """The parameters of the next page."""
        last = self.offset + self.row_count
        if self.page is None and self.skip is not None:
            return {"skip": last}
        return {"page": last // self.row_count + 1}
