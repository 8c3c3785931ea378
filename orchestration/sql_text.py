"""Values that go into the text of an SQL statement, where no parameter may stand (attach, copy, comment)."""


def literal(value: object) -> str:
    """The value as a text of SQL, such as a path with an apostrophe in it."""
    return "'" + str(value).replace("'", "''") + "'"
