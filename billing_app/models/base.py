"""What every table shares: names of constraints, the owning organization, append-only rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKeyConstraint, String, and_
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel, col

from billing_app.kernel.audience import Audience
from billing_app.kernel.ids import new_id, read, show

# Named by rule, so that a migration can drop what another one made, on both databases.
SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Table(SQLModel):
    """The root of all tables: their names follow from the class, their ids carry a type."""

    prefix: ClassVar[str]

    audited: ClassVar[frozenset[str]] = frozenset()
    """The columns of which the audit log says that an act changed them."""

    audited_values: ClassVar[frozenset[str]] = frozenset()
    """Those of them of which it says what they were before, and what they are now: choices and
    figures, and never what is about a person."""

    if TYPE_CHECKING:
        id: UUID

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    @property
    def shown_id(self) -> str:
        """The id as people, addresses and letters carry it."""
        return show(self.prefix, self.id)

    @classmethod
    def is_named_by(cls, shown_id: str) -> bool:
        """Whether ``shown_id`` is the id of a row of this kind."""
        return shown_id.startswith(f"{cls.prefix}_")

    @classmethod
    def read_id(cls, shown_id: str) -> UUID:
        """The id behind what was shown; an id of another kind is NotFound."""
        return read(cls.prefix, shown_id)


class Installed(Table):
    """A row of the installation itself.

    The few such tables are listed with their reasons in ``tests/architecture``; every
    other table is OrgOwned.
    """

    id: UUID = Field(default_factory=new_id, primary_key=True)


class OrgOwned(Table):
    """A row that belongs to one organization, and can point only inside it.

    The organization leads the primary key and every foreign key, so the database itself
    refuses a row that points across. It is also the key by which organizations could
    one day be spread over several databases.

    ``seen_by`` names, for each portal audience, the column that must hold the actor's
    own customer or partner. An audience that is not named there sees no row at all.
    ``seen_through`` names columns that point at rows of other tables, of one or of several:
    who sees one of those sees this row too. ``hidden_while`` is a column and the value with
    which no portal sees the row yet.
    """

    seen_by: ClassVar[Mapping[Audience, str]] = {}
    seen_through: ClassVar[Mapping[str, type[OrgOwned] | tuple[type[OrgOwned], ...]]] = {}
    hidden_while: ClassVar[tuple[str, str] | None] = None

    organization_id: UUID = Field(default=None, foreign_key="organization.id", primary_key=True)
    id: UUID = Field(default_factory=new_id, primary_key=True)


class AppendOnly:
    """Marks a table whose rows are never changed or removed.

    ``Work`` refuses it in Python; triggers in the database refuse it for everybody else.
    ``words`` names the columns that a seal does not cover: free text may name a person, and
    people can be forgotten. A column that is added later is null in the rows before, so that
    they stay as they were sealed.
    """

    words: ClassVar[frozenset[str]] = frozenset()


def inside_organization(column: str, table: str) -> ForeignKeyConstraint:
    """A foreign key that cannot leave the organization."""
    return ForeignKeyConstraint(
        ["organization_id", column], [f"{table}.organization_id", f"{table}.id"]
    )


def found_by_its_beginning(length: int) -> Any:
    """The type of a text that is looked up by how it begins.

    It is ordered letter by letter on both databases, whatever the language of the server:
    only then does what begins alike lie together in an index.
    """
    ordered = String(length, collation="C")
    return String(length).with_variant(ordered, "postgresql")


def points_at(child: type[OrgOwned], column: str, parent: type[OrgOwned]) -> ColumnElement[bool]:
    """The condition of a join along a foreign key made by ``inside_organization``."""
    return and_(
        col(child.organization_id) == parent.organization_id,
        col(getattr(child, column)) == parent.id,
    )


def tables(of: type[Any] = SQLModel) -> Iterator[type[SQLModel]]:
    """Every table class below ``of`` that has been imported."""
    for child in of.__subclasses__():
        if hasattr(child, "__table__"):
            yield child
        yield from tables(child)
