"""What every fact is: a frozen struct tagged by `type` on the wire."""

import msgspec


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=False):
    """Past tense, never refused, an entry of the journal."""
