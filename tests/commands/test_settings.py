"""Settings: sensible without any, and one sentence for each that makes no sense."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.settings import Settings, explain


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("LEVERTREE_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)  # no .env file of the person who runs the tests


def test_without_settings_a_laptop_serves_the_room_from_sqlite() -> None:
    settings = Settings()
    assert (settings.host, settings.port, settings.workers) == ("0.0.0.0", 8000, 1)
    assert (settings.data_dir, settings.database_url) == (Path("data"), None)


def test_the_environment_and_a_dotenv_file_are_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LEVERTREE_PORT=9001\nLEVERTREE_HOST_KEY=quiet\nSOMETHING_ELSE=1\n")
    monkeypatch.setenv("LEVERTREE_LOG_JSON", "true")
    settings = Settings()
    assert settings.port == 9001
    assert settings.log_json
    assert settings.host_key is not None
    assert "quiet" not in repr(settings)


@pytest.mark.parametrize("name", ["DATABASE_URL", "LEVERTREE_DATABASE_URL"])
def test_the_database_may_come_under_either_name(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "postgres://me@db/levertree")
    settings = Settings()
    assert settings.database_url == "postgresql://me@db/levertree"
    assert settings.uses_postgresql


def test_a_public_address_loses_its_last_slash() -> None:
    assert Settings(public_url="https://okr.example.org/").public_url == "https://okr.example.org"


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("LEVERTREE_PORT", "eight", "The setting LEVERTREE_PORT cannot be used"),
        (
            "LEVERTREE_PUBLIC_URL",
            "okr.example.org",
            "The setting LEVERTREE_PUBLIC_URL cannot be used: write it as http",
        ),
        ("LEVERTREE_PUBLIC_URL", "https://a.example/b", "without a path"),
        ("DATABASE_URL", "mysql://db", "cannot be used: write it as postgresql://"),
        ("LEVERTREE_WORKERS", "3", "several workers need PostgreSQL"),
    ],
)
def test_a_wrong_setting_is_explained(
    variable: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert sentence in explain(refused.value)
    assert "\n" not in explain(refused.value)
