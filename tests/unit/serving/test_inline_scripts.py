"""A hash that is wrong by one byte leaves a page that never comes to life."""

from billing_app.serving.inline_scripts import hashes, inline_scripts


def test_the_hash_is_the_one_that_the_standard_prints_for_its_example(tmp_path):
    (tmp_path / "index.html").write_text("<script>alert('Hello, world.');</script>")

    assert hashes(tmp_path) == ["sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="]


def test_a_script_is_read_exactly_as_written():
    body = '\n  if (a && b < c) { d("</div>&amp;<!--") }\n'

    assert inline_scripts(f"<body><script type=module>{body}</script></body>") == [body]


def test_a_script_with_an_address_of_its_own_is_not_inline():
    assert inline_scripts('<script src="/a.js"></script><script>b</script>') == ["b"]


def test_each_script_of_every_page_is_named_once(tmp_path):
    (tmp_path / "admin").mkdir()
    (tmp_path / "index.html").write_text("<script>a</script><script>b</script>")
    (tmp_path / "admin" / "index.html").write_text("<script>b</script><script>c</script>")

    assert len(hashes(tmp_path)) == 3
