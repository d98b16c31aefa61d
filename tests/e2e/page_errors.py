"""What no page may do: log an error, break its own content policy, or talk to another host."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError

# htmx tells of a request that was on its way when its page was left. (One that fails for another
# reason is told of by what it fails of as well.)
LEFT = ("htmx:sendAbort", "htmx:afterRequest")


class PageErrors:
    """Collects what pages did wrong; `allow` names the errors that a test brings about."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._allowed: list[str] = [*LEFT]

    def allow(self, *texts: str) -> None:
        """Take console errors that contain one of `texts` as the test's own doing."""
        self._allowed.extend(texts)

    def follow(self, context: BrowserContext, base_url: str) -> None:
        """PageErrors every page of `context`, whose only host is that of `base_url`."""

        def requested(request: Request) -> None:
            if not request.url.startswith((f"{base_url}/", "data:", "blob:", "about:")):
                self.faults.append(f"request to another host: {request.url}")

        context.on("console", self._logged)
        context.on("weberror", self._threw)
        context.on("request", requested)

    def _logged(self, message: ConsoleMessage) -> None:
        # A policy violation is an error in the console too.
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            self.faults.append(f"console {message.type}: {message.text} {where}")

    def _threw(self, error: WebError) -> None:
        self.faults.append(f"uncaught: {error.error}")

    def require_clean(self) -> None:
        """Fail with everything that was noticed and not allowed."""
        faults = dict.fromkeys(
            fault for fault in self.faults if not any(text in fault for text in self._allowed)
        )
        assert not faults, "\n".join(faults)
