"""The static files as they are served: named by their content and compressed, modules included."""

from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Django's own patterns for this hold for every script, and stumble over comments in vendored ones.
_IMPORT = r"""(?m)(?P<matched>^(?P<clause>(?:import|export)\b[^;'"]*)["'](?P<url>\.[^'"]+)["'];)"""


class ManifestStorage(CompressedManifestStaticFilesStorage):
    """Names files by their content, and has the imports of our modules name them so as well."""

    patterns = (
        *HashedFilesMixin.patterns,
        ("js/*.js", ((_IMPORT, '%(clause)s"%(url)s";'),)),
    )
