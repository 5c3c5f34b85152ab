"""Root's server runs as another user, who may pass where its files lie, while nobody else gains a right."""

import os
import subprocess
from pathlib import Path

import pytest

from graph.database.account import account_for, let_through
from graph.errors import DataDirectoryUnusable

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become another user")


def test_a_closed_directory_is_opened_for_the_server_alone(data_dir: Path) -> None:
    inside = data_dir / "closed" / "deeper" / "postgres"
    inside.mkdir(parents=True)
    (data_dir / "closed").chmod(0o700)
    account = account_for(inside)
    assert account.switch
    assert account.run(["ls", str(inside)]).returncode != 0
    for _ in range(2):
        try:
            let_through(account, inside)
        except DataDirectoryUnusable as error:  # a file system without access control lists
            assert "chmod o+x" in str(error)
            return
    assert account.run(["ls", str(inside)]).returncode == 0
    assert account.run(["ls", str(data_dir / "closed")]).returncode != 0
    stranger = subprocess.run(
        ["ls", inside], user=65534, group=65534, extra_groups=[], capture_output=True, check=False
    )
    assert stranger.returncode != 0


def test_files_that_belong_to_somebody_are_served_as_that_user(data_dir: Path) -> None:
    data_dir.mkdir()
    os.chown(data_dir, 12345, 12345)
    assert (account_for(data_dir).uid, account_for(data_dir).name) == (12345, "12345")
