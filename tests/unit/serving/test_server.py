"""What a start says when it cannot start."""

import socket

from billing_app import config
from billing_app.serving.server import serve


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
