"""What tests of several folders share."""

from tests.postgresql import postgresql_server

__all__ = ["postgresql_server"]
