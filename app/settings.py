"""Everything a host can set, read once from the environment (or a `.env` file) into one typed, frozen value.

Each setting is `LEVERTREE_` plus its name in capitals; the database may also come as the plain `DATABASE_URL` that many
hosting services set. The defaults are right for a facilitator with a laptop: SQLite in ./data, every address of the
machine, so that phones in the room can reach it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """The server's settings; raises pydantic's ValidationError for a value that makes no sense."""

    model_config = SettingsConfigDict(
        env_prefix="LEVERTREE_", env_file=".env", extra="ignore", frozen=True, populate_by_name=True
    )

    data_dir: Path = Path("data")
    """Folder for the database and whatever must outlive a restart."""
    host: str = "0.0.0.0"
    """Address to listen on; 127.0.0.1 shuts the phones out."""
    port: int = Field(default=8000, ge=0, le=65535)
    """0 lets the system choose a free one."""
    public_url: str | None = None
    """Address that people type and QR codes carry, without a path: https://workshops.example.org."""
    host_key: SecretStr | None = None
    """When set, only those who know it may create workshops (a server on the public internet)."""
    metrics_token: SecretStr | None = None
    """When set, /metrics wants it as `Authorization: Bearer …`; none: /metrics answers only on the machine itself."""
    database_url: str | None = Field(
        default=None, validation_alias=AliasChoices("LEVERTREE_DATABASE_URL", "DATABASE_URL")
    )
    """postgresql://… or sqlite:///…; none: SQLite in the data folder (app/storage decides the file)."""
    proxy_headers: bool = False
    """Believe X-Forwarded-For and X-Forwarded-Proto from `trusted_proxies`."""
    trusted_proxies: str = "127.0.0.1"
    """Comma-separated addresses or networks whose forwarding headers count."""
    workers: int = Field(default=1, ge=1, le=64)
    """Server processes; more than one needs PostgreSQL."""
    font_folder: Path | None = None
    """Folder with further TTF or OTF fonts for PDFs: scripts that are too big to ship, such as Chinese or Japanese."""
    warm_press: bool = True
    """Start the process that sets PDFs soon after the server, so that the first download does not wait for fonts; off, it
    starts with the first PDF (about 100 MB later)."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_json: bool = False
    """One JSON object per line, for machines that collect logs."""
    max_people: int = Field(default=200, ge=1, le=5000)
    """People one room holds; beyond a few dozen it is an audience more than a workshop."""
    transport: Literal["direct", "send"] = "direct"
    """How frames leave: pre-built onto the transport, or one by one through the ordinary send (slower, plainer)."""
    secure_cookies: Literal["auto", "always", "never"] = "auto"
    """Whether cookies are marked Secure; auto: when the address people use is https."""

    design_page: bool = False
    """Serve /design, the living page of all components (for those who build screens)."""

    @field_validator("public_url")
    @classmethod
    def _public_url_is_an_origin(cls, value: str | None) -> str | None:
        if not value:
            return None
        scheme, separator, rest = value.rstrip("/").partition("://")
        if (
            scheme not in {"http", "https"}
            or not separator
            or not rest
            or "/" in rest
            or "?" in rest
            or "@" in rest
        ):
            raise ValueError(
                "write it as http:// or https:// and a host, without a path, such as https://okr.example.org"
            )
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database_is_known(cls, value: str | None) -> str | None:
        if not value:
            return None
        if value.startswith("postgres://"):
            value = "postgresql://" + value.removeprefix("postgres://")
        if not value.startswith(("postgresql://", "postgresql+asyncpg://", "sqlite:///")):
            raise ValueError("write it as postgresql://user:password@host/name or sqlite:///path/to/file")
        return value

    @model_validator(mode="after")
    def _several_workers_share_a_database(self) -> Settings:
        if self.workers > 1 and not self.uses_postgresql:
            raise ValueError("several workers need PostgreSQL: set DATABASE_URL, or leave workers at 1")
        return self

    @property
    def uses_postgresql(self) -> bool:
        return (self.database_url or "").startswith("postgresql")


def explain(error: ValidationError) -> str:
    """One sentence per wrong setting, with the name that the host wrote."""
    sentences = []
    for problem in error.errors():
        name = str(problem["loc"][0]) if problem["loc"] else ""
        variable = name.upper() if name.isupper() else f"LEVERTREE_{name.upper()}"
        reason = problem["msg"].removeprefix("Value error, ")
        sentences.append(
            f"The setting {variable} cannot be used: {reason}." if name else f"The settings clash: {reason}."
        )
    return "\n".join(sentences)
