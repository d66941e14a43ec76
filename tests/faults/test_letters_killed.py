"""A process that is killed -9 while it writes a letter: none is lost, and none is written twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest

from billing_app.jobs.request_payment import request_payment
from billing_app.kernel import failpoints
from billing_app.kernel.clock import clock
from tests.attack.contents import contents
from tests.mail_server import Clerk, mail_server
from tests.post import Post
from tests.posting import place, send
from tests.world import World


@pytest.fixture
def post(world: World) -> Post:
    return Post(world)


def killed(post: Post, act: Callable[[], object], point: str) -> None:
    """Do it in a process that dies at the point."""
    # A process may not use connections of another one, nor SQLite's notes of its own locks.
    post.world.database.close()
    child = os.fork()
    if child == 0:
        try:
            failpoints.arm(point)
            act()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"{point} was not reached"
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("point", ["asking.linked", "letter.written"])
def test_f13_a_request_whose_writer_died_is_written_by_the_next_one_once(post: Post, point: str):
    invoice = post.invoice()
    job = SimpleNamespace(subject=invoice, organization_id=post.system.organization_id)
    before = contents(post.world.database)
    for _ in range(2):
        killed(post, lambda: request_payment(place(post.world), job), point)
    assert contents(post.world.database) == before

    clerk = Clerk()
    for _ in range(2):
        post.ask_for(invoice)
    (letter_id,) = post.written("payment_request")
    with mail_server(clerk) as host:
        send(place(post.world, host), letter_id)

    assert clerk.ids == [f"<{letter_id}@pay.example.com>"]


def test_f13_a_receipt_dies_and_lives_with_its_payment(post: Post):
    invoice = post.invoice()
    killed(post, lambda: post.pay(100_00, invoice), "letter.written")
    assert (post.still(invoice), post.written("receipt")) == (100_00, [])

    post.pay(100_00, invoice)

    assert (post.still(invoice), len(post.written("receipt"))) == (0, 1)


def test_f13_a_reminder_whose_writer_died_is_found_again(post: Post):
    clock.allow_moving()
    post.remind(2)
    post.issue(post.draft(post.line(), due_on=post.days(1)))
    by = timedelta(days=4)
    clock.move(by)
    try:
        # Twelve hours on it is past eight in the morning, if it is not now.
        if not post.due():
            clock.move(timedelta(hours=12))
            by += timedelta(hours=12)
        killed(post, post.comes_round, "letter.written")
        assert post.written("reminder") == []

        post.comes_round()
        post.comes_round()
    finally:
        clock.move(-by)

    assert len(post.written("reminder")) == 1
