"""One build serves any address, because none is baked in."""

import pytest

from billing_app.serving.plugin import OriginRelativeSocket, origin_relative


def test_addresses_on_localhost_become_relative_to_the_page():
    built = 'var e={PING:`http://localhost:8000/ping`,EVENT:"ws://localhost:8000/_event"};'

    assert origin_relative(built) == (
        'var e={PING:(location.origin+"/ping"),'
        'EVENT:(location.origin.replace(/^http/,"ws")+"/_event")};'
    )


def test_a_script_without_such_an_address_stops_the_build():
    with pytest.raises(RuntimeError, match="differently"):
        origin_relative("var e={};")


def test_a_build_without_such_a_script_stops(tmp_path):
    (tmp_path / "assets").mkdir()

    with pytest.raises(RuntimeError, match="elsewhere"):
        OriginRelativeSocket().post_build(static_dir=tmp_path)
