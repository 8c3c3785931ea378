"""The live schema as it is, and the statements that bring it to a snapshot's structure and rights. Nothing is run here
but one query of the catalogue: the swap runs the statements in its transaction.

Tables keep their identity from snapshot to snapshot: so grants, policies and views of others keep theirs.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor

from orchestration.publish import SCHEMA
from orchestration.serving.catalogue import REGION_COLUMN, Entry, Readers
from orchestration.serving.roles import HEAD_OFFICE, MY_REGIONS, READER
from orchestration.serving.snapshot import Mart

HEAD_OFFICE_POLICY = "{head_office} using (true)"
# An array, because it is asked once a query and can be looked up in an index; a plain `in` is asked row by row.
REGION_POLICY = "{reader} using ({column} = any (array(select {column} from {my_regions})))"
OWN_POLICIES = {"head_office", "own_regions"}

Index = tuple[bool, tuple[str, ...]]  # whether it is the primary key, its columns


@dataclass
class LiveTable:
    """A table of the live schema: types, descriptions and statistics by column, indexes by name, policies, security."""

    comment: str | None
    is_row_secured: bool
    types: dict[str, str] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)
    without_statistics: set[str] = field(default_factory=set)
    indexes: dict[str, Index] = field(default_factory=dict)
    policies: set[str] = field(default_factory=set)


def read_live_tables(cursor: Cursor) -> dict[str, LiveTable]:
    """The publisher's own tables of the live schema, by name; what an administrator made there is left alone."""
    cursor.execute(
        "select c.oid, c.relname, obj_description(c.oid, 'pg_class'), c.relrowsecurity from pg_class as c "
        "where c.relnamespace = %s::regnamespace and c.relkind = 'r' and c.relowner = current_user::regrole",
        [SCHEMA],
    )
    by_oid = {oid: (name, LiveTable(comment, is_secured)) for oid, name, comment, is_secured in cursor.fetchall()}
    oids = list(by_oid)
    cursor.execute(
        "select attrelid, attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum), "
        "coalesce(attstattarget, -1) = 0 "
        "from pg_attribute where attrelid = any(%s::oid[]) and attnum > 0 and not attisdropped order by 1, attnum",
        [oids],
    )
    for oid, column, type_name, comment, is_without_statistics in cursor.fetchall():
        by_oid[oid][1].types[column] = type_name
        by_oid[oid][1].comments[column] = comment
        if is_without_statistics:
            by_oid[oid][1].without_statistics.add(column)
    cursor.execute(
        "select i.indrelid, c.relname, i.indisprimary, "
        "array(select a.attname::text from unnest(i.indkey) with ordinality as k (attnum, place) "
        "inner join pg_attribute as a on a.attrelid = i.indrelid and a.attnum = k.attnum order by k.place) "
        "from pg_index as i inner join pg_class as c on c.oid = i.indexrelid where i.indrelid = any(%s::oid[])",
        [oids],
    )
    for oid, index, is_primary, columns in cursor.fetchall():
        by_oid[oid][1].indexes[index] = (is_primary, tuple(columns))
    cursor.execute("select polrelid, polname from pg_policy where polrelid = any(%s::oid[])", [oids])
    for oid, policy in cursor.fetchall():
        by_oid[oid][1].policies.add(policy)
    return dict(by_oid.values())


def table(name: str, schema: str = SCHEMA) -> sql.Identifier:
    """The name of a table, quoted, with its schema."""
    return sql.Identifier(schema, name)


def create_table(mart: Mart, kind: str = "table", schema: str = SCHEMA) -> sql.Composed:
    """The statement that makes an empty table for a mart, of the kind `table` or `unlogged table`."""
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type)) for column in mart.columns
    )
    return sql.SQL(f"create {kind} {{}} ({{}})").format(table(mart.name, schema), columns)


def column_changes(mart: Mart, live: LiveTable) -> Iterator[sql.Composed]:
    """What brings the columns of an emptied live table to those of the mart; each locks out its readers."""
    wanted = {column.name: column.type for column in mart.columns}
    for name in live.types.keys() - wanted.keys():
        yield sql.SQL("alter table {} drop column {}").format(table(mart.name), sql.Identifier(name))
    for name, type_name in wanted.items():
        parts = {"table": table(mart.name), "column": sql.Identifier(name), "type": sql.SQL(type_name)}
        if name not in live.types:
            yield sql.SQL("alter table {table} add column {column} {type}").format(**parts)
        elif live.types[name] != type_name:
            yield sql.SQL("alter table {table} alter column {column} type {type} using null::{type}").format(**parts)


def index_changes(mart: Mart, entry: Entry, live: LiveTable) -> Iterator[sql.Composed]:
    """What brings the key and the indexes to those of the catalogue; indexes that an administrator made stay."""
    names = {column.name for column in mart.columns}
    wanted: dict[str, Index] = {f"{mart.name}_by_{'_'.join(columns)}": (False, columns) for columns in entry.filters}
    if entry.key:
        wanted[f"{mart.name}_key"] = (True, entry.key)
    wanted = {name: index for name, index in wanted.items() if names.issuperset(index[1])}
    for name in wanted.keys() & live.indexes.keys():
        if live.indexes[name] != wanted[name]:
            kind = "alter table {table} drop constraint {name}" if live.indexes[name][0] else "drop index {index}"
            yield sql.SQL(kind).format(table=table(mart.name), name=sql.Identifier(name), index=table(name))
    for name, (is_primary, columns) in wanted.items():
        if live.indexes.get(name) == (is_primary, columns):
            continue
        statement = (
            "alter table {table} add constraint {name} primary key ({columns})"
            if is_primary
            else "create index {name} on {table} ({columns})"
        )
        column_list = sql.SQL(", ").join(map(sql.Identifier, columns))
        yield sql.SQL(statement).format(table=table(mart.name), name=sql.Identifier(name), columns=column_list)


def readers_of(mart: Mart, entry: Entry) -> Readers:
    """Who reads the mart; one that should be told apart by region but has no regions is head office's."""
    if entry.readers == Readers.REGION and REGION_COLUMN not in {column.name for column in mart.columns}:
        return Readers.HEAD_OFFICE
    return entry.readers


def access_changes(mart: Mart, readers: Readers, live: LiveTable) -> Iterator[sql.Composed]:
    """What gives the project's roles the rights that they shall have; other roles keep theirs.

    Row-level security stands on all but the catalogues: a grant too many still shows no row without a policy.
    """
    parts = {"table": table(mart.name), "reader": sql.Identifier(READER), "head_office": sql.Identifier(HEAD_OFFICE)}
    yield sql.SQL("grant select on {table} to {head_office}").format(**parts)
    is_for_readers = readers != Readers.HEAD_OFFICE
    verb = "grant select on {table} to {reader}" if is_for_readers else "revoke select on {table} from {reader}"
    yield sql.SQL(verb).format(**parts)
    is_secured = readers != Readers.EVERYBODY
    if is_secured != live.is_row_secured:
        switch = "enable" if is_secured else "disable"
        yield sql.SQL(f"alter table {{table}} {switch} row level security").format(**parts)
    # The planner shows everybody its estimates, and makes them from statistics of all rows: other regions' counts.
    for column in mart.columns:
        if is_secured != (column.name in live.without_statistics):
            yield sql.SQL("alter table {table} alter column {column} set statistics {target}").format(
                column=sql.Identifier(column.name), target=sql.Literal(0 if is_secured else -1), **parts
            )
    wanted = {
        Readers.EVERYBODY: {},
        Readers.HEAD_OFFICE: {"head_office": HEAD_OFFICE_POLICY},
        Readers.REGION: {"head_office": HEAD_OFFICE_POLICY, "own_regions": REGION_POLICY},
    }[readers]
    for policy in sorted(OWN_POLICIES & live.policies - wanted.keys()):
        yield sql.SQL("drop policy {policy} on {table}").format(policy=sql.Identifier(policy), **parts)
    for policy, body in wanted.items():
        if policy not in live.policies:
            statement = f"create policy {{policy}} on {{table}} for select to {body}"
            yield sql.SQL(statement).format(
                policy=sql.Identifier(policy),
                column=sql.Identifier(REGION_COLUMN),
                my_regions=table(MY_REGIONS),
                **parts,
            )


def comment_changes(mart: Mart, live: LiveTable) -> Iterator[sql.Composed]:
    """What brings the descriptions of the table and its columns to those of the mart."""
    if mart.comment != live.comment:
        yield sql.SQL("comment on table {} is {}").format(table(mart.name), sql.Literal(mart.comment))
    for column in mart.columns:
        if column.comment != live.comments.get(column.name):
            name = sql.Identifier(SCHEMA, mart.name, column.name)
            yield sql.SQL("comment on column {} is {}").format(name, sql.Literal(column.comment))
