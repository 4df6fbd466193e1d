"""What is erased is gone from this node's files; the entry and its proof stay."""

from __future__ import annotations

from tests.node.world import fact

SECRET = "a-name-that-stands-nowhere-else"


def files_with(root, needle):
    return sorted(
        path.name for path in root.rglob("*") if path.is_file() and needle.encode() in path.read_bytes()
    )


def test_erased_content_is_in_no_file_of_the_node(world):
    vn = world.add("vn")
    vn.append([fact(f"before-{number}") for number in range(40)])
    index = vn.append([fact(SECRET)])[0].index
    vn.append([fact(f"after-{number}") for number in range(40)])
    root = world.root / "vn"
    assert files_with(root, SECRET) == ["views.sqlite"]  # the projection; the vault is encrypted
    vn.erase_local("vn/hq", index)
    assert files_with(root, SECRET) == []
    world.nodes.pop("vn").close()
    assert files_with(root, SECRET) == []
    again = world.add("vn")
    assert again.record("vn/hq", index).content is None
    assert again.log.size == 82


def test_the_views_overwrite_what_is_deleted_whatever_the_build_of_sqlite_does(world):
    with world.add("vn").views.connect() as db:
        assert db.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1
