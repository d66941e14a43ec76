"""What a start says when it cannot start."""

import socket
from types import SimpleNamespace

import pytest
from granian.constants import Interfaces

from billing_app import config
from billing_app.access.demo_doors import ways_in
from billing_app.serving.server import _Supervisor, _Wakeup, serve


def test_a_port_in_use_is_one_sentence_and_exit_code_2(tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = config.load(
            {"DEMO": "1", "PORT": str(port), "QUITTANCE_HOME": str(tmp_path / "data")}
        )

        code = serve(settings)

    assert code == 2
    assert capsys.readouterr().err == (
        f"Port {port} of 127.0.0.1 is in use. Stop what answers there, or choose another with"
        " PORT.\n"
    )


@pytest.mark.parametrize(
    ("stripe", "line"),
    [("", "  Its Stripe:     http://127.0.0.1:8123/_stripe/\n"), ("none", "")],
)
def test_the_start_of_a_demo_names_its_stripe_where_there_is_one(tmp_path, stripe, line):
    environ = {"DEMO": "1", "PORT": "8123", "STRIPE_SECRET_KEY": stripe}

    said = ways_in(config.load(environ | {"QUITTANCE_HOME": str(tmp_path / "data")}))

    assert said.endswith(f"  Every letter:   http://127.0.0.1:8123/mailbox\n{line}")


def test_once_asked_to_stop_a_worker_that_ends_first_ends_as_it_should():
    server = _Supervisor("nowhere:nothing", interface=Interfaces.ASGI)
    server.main_loop_interrupt = _Wakeup()
    server.wrks = [SimpleNamespace(interrupt_by_parent=False)]

    server.signal_handler_interrupt()

    assert server.interrupt_signal
    assert server.wrks[0].interrupt_by_parent
