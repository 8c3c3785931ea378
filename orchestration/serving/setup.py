"""The set-up of a serving database: prints the SQL that its administrator runs once, and again after each release.

python -m orchestration.serving.setup | psql -v ON_ERROR_STOP=1 -d tauekel

Nothing is run here, so that nobody but the administrator needs an administrator's rights.
"""

import sys

from orchestration.publish import SCHEMA
from orchestration.serving.catalogue import REGION_COLUMN
from orchestration.serving.roles import (
    HEAD_OFFICE,
    MY_REGIONS,
    PUBLICATION_LOCK,
    PUBLISHER,
    READER,
    STAGING_SCHEMA,
    load_regions,
    region_role,
)


def setup_sql(region_codes: list[str]) -> str:
    """The set-up as one transaction of SQL that may be run any number of times; roles and grants of others stay."""
    region_roles = [region_role(code) for code in region_codes]
    groups = ", ".join(f"'{role}'" for role in (READER, HEAD_OFFICE, *region_roles))
    regions = ",\n    ".join(f"('{code}', '{region_role(code)}')" for code in region_codes)
    return f"""\
begin;
-- Another administrator than the one of the first run meets the default that it set.
set transaction read write;

do $$
declare
    role_name text;
    database_name constant text := current_database();
begin
    if database_name in ('postgres', 'template1') then
        raise exception 'connect to a database of its own: the set-up closes % to everybody else', database_name;
    end if;
    foreach role_name in array array[{groups}] loop
        if not exists (select from pg_roles where rolname = role_name) then
            execute format('create role %I nologin', role_name);
        end if;
    end loop;
    if not exists (select from pg_roles where rolname = '{PUBLISHER}') then
        create role {PUBLISHER} login;
    end if;
    execute format('revoke connect, temporary on database %I from public', database_name);
    execute format('grant connect on database %I to {PUBLISHER}, {READER}', database_name);
    -- Settings of a group do not pass to its members, those of a database hold for everybody who logs in to it.
    execute format('alter database %I set default_transaction_read_only = on', database_name);
    execute format('alter database %I set statement_timeout = ''10min''', database_name);
    execute format('alter database %I set idle_in_transaction_session_timeout = ''1h''', database_name);
    execute format('alter role {PUBLISHER} in database %I set default_transaction_read_only = off', database_name);
    -- Who makes and drops the logins of analysts is the one who runs this.
    execute format('alter role %I in database %I set default_transaction_read_only = off', session_user, database_name);
    execute format('alter role {PUBLISHER} in database %I set statement_timeout = 0', database_name);
    execute format('alter role {PUBLISHER} in database %I set idle_in_transaction_session_timeout = 0', database_name);
end
$$;

grant {READER} to {", ".join((HEAD_OFFICE, *region_roles))};

-- What everybody may do by default: make objects in public, and large objects.
revoke create on schema public from public;
revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea) from public;

create schema if not exists {SCHEMA} authorization {PUBLISHER};
create schema if not exists {STAGING_SCHEMA} authorization {PUBLISHER};
grant usage on schema {SCHEMA} to {READER};

create table if not exists {STAGING_SCHEMA}.{PUBLICATION_LOCK} ();
alter table {STAGING_SCHEMA}.{PUBLICATION_LOCK} owner to {PUBLISHER};

create or replace view {SCHEMA}.{MY_REGIONS} as
select regions.{REGION_COLUMN}
from (
    values
    {regions}
) as regions ({REGION_COLUMN}, role_name)
inner join pg_catalog.pg_roles on pg_roles.rolname = regions.role_name
where pg_catalog.pg_has_role(pg_roles.oid, 'usage');
alter view {SCHEMA}.{MY_REGIONS} owner to {PUBLISHER};
comment on view {SCHEMA}.{MY_REGIONS} is
'One row per region whose rows the asking role sees in the marts; head office sees all rows whatever stands here.';
grant select on {SCHEMA}.{MY_REGIONS} to {READER};

-- Estimates of the planner tell other regions' counts: no column statistics of marts with row-level security, and those
-- that an earlier release gathered go. Only a superuser may delete them.
do $$
declare
    secured record;
begin
    for secured in
        select c.oid::regclass as mart, a.attname
        from pg_catalog.pg_class as c
        inner join pg_catalog.pg_attribute as a on a.attrelid = c.oid
        where
            c.relnamespace = '{SCHEMA}'::regnamespace and c.relkind = 'r' and c.relrowsecurity
            and a.attnum > 0 and not a.attisdropped and coalesce(a.attstattarget, -1) <> 0
    loop
        execute format('alter table %s alter column %I set statistics 0', secured.mart, secured.attname);
    end loop;
    if (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
        delete from pg_catalog.pg_statistic
        where starelid in (
            select oid from pg_catalog.pg_class
            where relnamespace = '{SCHEMA}'::regnamespace and relkind = 'r' and relrowsecurity
        );
    else
        raise warning 'not a superuser: statistics that are there already stay, and tell row counts of other regions';
    end if;
end
$$;

commit;
"""


def main() -> None:
    """Print the set-up for the regions of the seed."""
    sys.stdout.write(setup_sql(load_regions()))


if __name__ == "__main__":
    main()
