"""The id of everything that the API or an address names."""

import uuid

from django.db import models


class UUIDModel(models.Model):
    """A model whose ids are random: nothing can be counted or guessed from them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True
