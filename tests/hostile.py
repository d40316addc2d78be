"""Hostile records."""


class HeaderName(str):
    """A header name that is written as these bytes, whatever they are."""

    __slots__ = ("raw",)

    def __new__(cls, raw: bytes):
        name = super().__new__(cls, raw.decode("latin-1"))
        name.raw = raw
        return name

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return self.raw
