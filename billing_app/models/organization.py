"""The business that bills: the owner of every other row."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import true
from sqlmodel import Field

from billing_app.models.base import Installed


class Organization(Installed, table=True):
    """One business. An installation can hold many; none knows of another."""

    prefix: ClassVar[str] = "org"
    audited = frozenset({"name"})
    audited_values = frozenset({"time_zone", "client_login"})

    name: str = Field(max_length=200)
    time_zone: str = Field(max_length=64)
    currency: str = Field(max_length=3)
    created_at: datetime
    client_login: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
