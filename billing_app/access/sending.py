"""Text that is sent to the database by its driver, past what the library makes of a result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection


def rows_of(
    connection: Connection, text: str, values: Mapping[str, Any] | Sequence[Any]
) -> Sequence[tuple[Any, ...]]:
    """The rows that a select finds, as the driver has them.

    The library would look through the names of their columns each time, which takes longer than
    most answers. Whoever listens before a cursor executes hears of these too: then it does so.
    """
    if connection.dispatch.before_cursor_execute:
        return connection.exec_driver_sql(text, values).all()
    driver, cursor = connection.connection, None
    try:
        cursor = driver.cursor()
        cursor.execute(text, values)
        return cursor.fetchall()
    except connection.dialect.loaded_dbapi.Error as error:
        # It tells errors its own way, and lets go of a connection that is gone.
        connection._handle_dbapi_exception(error, text, values, cursor, None)
    finally:
        if cursor is not None:
            cursor.close()
