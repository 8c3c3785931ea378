"""The command without what it needs."""

from orchestration import metrics
from orchestration.runs.exit_codes import ExitCode


def test_without_a_snapshot_it_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("TAUEKEL_DATA_DIR", str(tmp_path))
    assert metrics.main(["list", "metrics"]) == ExitCode.CANNOT_START
    assert "make run publishes it" in capsys.readouterr().err
