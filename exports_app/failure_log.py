"""Log a failure without the text that it happened on."""

import logging
import traceback

logger = logging.getLogger("exports_app.redaction")


def log_failure(error: BaseException) -> None:
    """Log the class of an error and its frames, innermost last.

    Its message, its arguments and the source lines are left out: each could quote the text that
    was being redacted ([R4]).
    """
    frames = [
        f"{frame.f_globals.get('__name__', '?')}.{frame.f_code.co_name}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    logger.error("Redaction failed: %s in %s", type(error).__name__, " > ".join(frames))
