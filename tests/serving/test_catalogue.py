"""What holds without a server: who may read each mart, and what no message may tell."""

import traceback

import pytest
import yaml

from orchestration.runs.exit_codes import ExitCode
from orchestration.serving.address import DSN_VARIABLE, CannotServe, ServingAddress, ServingError
from orchestration.serving.catalogue import Entry, Readers, load_catalogue
from orchestration.serving.roles import load_regions, region_role
from orchestration.serving.setup import setup_sql
from orchestration.serving.snapshot import postgresql_type
from orchestration.settings import PROJECT_DIR
from tests.installations import Product

MARTS = {path.stem: path for path in (PROJECT_DIR / "models/marts").glob("*/*.sql")}


def columns(mart):
    (model,) = yaml.safe_load(MARTS[mart].with_suffix(".yml").read_text(encoding="utf-8"))["models"]
    return {column["name"] for column in model["columns"]}


def test_every_mart_is_classified():
    """Until it is, head office alone sees it. Write its line in orchestration/serving/marts.csv."""
    assert {mart for mart in MARTS if mart not in load_catalogue()} == set()
    assert {mart for mart in load_catalogue() if mart not in MARTS} == set()
    assert Entry().readers == Readers.HEAD_OFFICE


def test_marts_with_people_or_regions_are_open_to_nobody_but_by_region():
    for mart, entry in load_catalogue().items():
        if entry.readers == Readers.REGION:
            assert "region_code" in columns(mart), mart
        if entry.readers == Readers.EVERYBODY and mart != "dim_region":
            assert not [name for name in columns(mart) if name.endswith(("region_code", "_id", "_token"))], mart


def test_keys_and_filters_are_columns():
    for mart, entry in load_catalogue().items():
        assert {name for group in (entry.key, *entry.filters) for name in group} <= columns(mart), mart


def test_the_twenty_regions_have_a_role_each_and_the_country_has_none():
    regions = load_regions()
    assert len(regions) == 20
    assert not {"KZ", "HQ", "unknown"} & set(regions)
    assert region_role("KZ-75") == "tauekel_region_kz_75"
    assert all(f"('{code}', '{region_role(code)}')" in setup_sql(regions) for code in regions)


def test_the_environment_of_the_pipeline_has_a_place_for_the_address():
    lines = (PROJECT_DIR / "deploy/pipeline.env.example").read_text(encoding="utf-8").splitlines()
    assert f"#{DSN_VARIABLE}=" in lines


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql//tauekel_publisher:geheim@host",
        "postgresql://tauekel_publisher:12/geheim@host/marts",
        "postgresql://tauekel_publisher:/geheim@host/marts",
        "host=localhost password='geheim",
        "host=localhost password=x sslpassword=geheim",
    ],
)
def test_a_broken_address_is_not_quoted(dsn):
    with pytest.raises(CannotServe) as refused:
        ServingAddress.parse(dsn)
    assert "geheim" not in "".join(traceback.format_exception(refused.value))


def test_the_password_is_in_no_picture_of_the_address():
    address = ServingAddress.parse("postgresql://tauekel_publisher:geheim@127.0.0.1:1/marts")
    assert "geheim" not in repr(address) + str(address)
    with pytest.raises(CannotServe, match="does not answer") as refused:
        address.connect()
    assert "geheim" not in str(refused.value)
    assert address.without_password('a library quotes "geheim"\n and goes on') == 'a library quotes "***" and goes on'


def test_a_type_without_counterpart_names_its_column():
    assert postgresql_type("DECIMAL(18,6)", "mart.sum") == "numeric(18,6)"
    with pytest.raises(ServingError, match=r"mart\.parts is of type VARCHAR\[\]"):
        postgresql_type("VARCHAR[]", "mart.parts")


def test_without_an_address_or_a_snapshot_the_command_says_what_is_missing(tmp_path, monkeypatch):
    product = Product(tmp_path)
    monkeypatch.delenv("TAUEKEL_SERVING_DSN", raising=False)
    assert product.run("orchestration.serving") == ExitCode.CANNOT_START
    assert "TAUEKEL_SERVING_DSN is not set" in product.output
    dsn = "postgresql://tauekel_publisher:geheim@127.0.0.1:1/marts"
    assert product.run("orchestration.serving", TAUEKEL_SERVING_DSN=dsn) == ExitCode.CANNOT_START
    assert "there is no published snapshot" in product.output
    assert "geheim" not in product.output
