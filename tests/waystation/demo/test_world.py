"""A world is its folder: the same secrets at every start, other ones in another folder."""

import subprocess
from pathlib import Path

import pytest

from waystation.demo.world import SECRETS, World


def test_it_keeps_its_secrets_from_one_start_to_the_next(tmp_path: Path) -> None:
    first = World.of({"DATA_DIR": str(tmp_path)})
    first.keep()
    assert World.of({"DATA_DIR": str(tmp_path)}).secrets == first.secrets


def test_it_shares_no_secret_with_another_world(tmp_path: Path) -> None:
    one, other = (World.of({"DATA_DIR": str(tmp_path / name)}).secrets for name in ("one", "other"))
    assert not set(one.values()) & set(other.values())


def test_it_takes_the_secrets_it_is_given(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("from-a-file\n")
    world = World.of({"DATA_DIR": str(tmp_path), "SECRET_KEY": "given", "STRIPE_API_KEY_FILE": str(kept)})
    assert world.secrets["SECRET_KEY"] == "given"
    assert world.secrets["STRIPE_API_KEY"] == "from-a-file"


def test_its_secrets_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    World.of({"DATA_DIR": str(tmp_path)}).keep()
    modes = {p.name: p.stat().st_mode & 0o777 for p in [*(tmp_path / "keys").iterdir(), tmp_path / "demo.env"]}
    assert modes == dict.fromkeys([*SECRETS, "demo.env"], 0o600)


def test_it_runs_no_sandbox_beside_a_peer_it_was_given(tmp_path: Path) -> None:
    world = World.of({"DATA_DIR": str(tmp_path), "STRIPE_API_BASE": "http://127.0.0.1:9"})
    assert not world.has_own_sandbox
    assert World.of({"DATA_DIR": str(tmp_path)}).has_own_sandbox


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1"])
def test_it_refuses_a_port_that_is_none_in_one_sentence(tmp_path: Path, port: str) -> None:
    with pytest.raises(SystemExit, match="PORT must be a port between 1 and 65535"):
        World.of({"DATA_DIR": str(tmp_path), "PORT": port})


def test_its_environment_file_brings_a_shell_into_the_world(tmp_path: Path) -> None:
    world = World.of({"DATA_DIR": str(tmp_path / "a folder with 'quotes'"), "PORT": "8123"})
    world.keep()
    script = '. "$1" && env'
    done = subprocess.run(
        ["sh", "-c", script, "sh", str(world.data_dir / "demo.env")], capture_output=True, text=True, check=True, env={}
    )
    seen = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    assert world.environment().items() <= seen.items()
