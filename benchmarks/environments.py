"""What is measured beside ours: how each is started, in a throw-away environment with its versions pinned."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
CACHE = HERE / ".environments"  # git-ignored; `make clean` removes it
PATIENCE = 600  # seconds for one installation or one measurement


class Failed(Exception):
    """What is measured could not be installed or did not run; the text says which."""


@dataclass(frozen=True)
class Peer:
    """What is measured beside ours, its script in `peers`, and what it needs from pip or npm; nothing for what runs with us."""

    name: str
    script: str
    needs: tuple[str, ...] = ()

    def command(self) -> list[str]:
        """Return how to start it, installed; raise Failed where that cannot be done."""
        if not self.needs:
            return [sys.executable, str(HERE / "peers" / self.script)]
        folder = CACHE / self.script.partition(".")[0]
        done, wanted = folder / "done.json", json.dumps(self.needs)
        node = self.script.endswith(".mjs")
        if not done.exists() or done.read_text() != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            (_install_node if node else _install_python)(folder, self.needs)
            done.write_text(wanted)
        if not node:
            return [str(folder / "bin" / "python"), str(HERE / "peers" / self.script)]
        for file in ("measure.mjs", self.script):  # node looks for packages from where a script stands
            shutil.copyfile(HERE / "peers" / file, folder / file)
        return ["node", str(folder / self.script)]


def run(command: list[str], *, cwd: Path | None = None, otherwise: str = "did not run") -> str:
    """Return what a command prints; where it fails, show why and raise Failed with the text `otherwise`."""
    try:
        return subprocess.run(
            command, cwd=cwd, stdout=subprocess.PIPE, check=True, timeout=PATIENCE, encoding="utf-8"
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        print(error, file=sys.stderr)
        raise Failed(otherwise) from error


def _install_python(folder: Path, needs: tuple[str, ...]) -> None:
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    run([sys.executable, "-m", "venv", str(folder)], otherwise="could not be installed")
    run([*pip, *needs], otherwise="could not be installed")


def _install_node(folder: Path, needs: tuple[str, ...]) -> None:
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund"]
    (folder / "package.json").write_text('{"private": true, "type": "module"}')
    run([*npm, *needs], cwd=folder, otherwise="could not be installed")


OURS = Peer("**wxops**, everything on", "use_wxops.py")
BARE = Peer("bare `markdown`", "use_bare.py")
PEERS = (
    Peer("wechat-formatter 1.0.1", "use_wechat_formatter.py", ("wechat-formatter==1.0.1", "mistune==3.4.0")),
    Peer("wechat-md 0.5.0", "use_wechat_md.py", ("wechat-md==0.5.0", "markdown2==2.5.5")),
    Peer(
        "wewrite 4.2.1", "use_wewrite.py",
        ("wewrite==4.2.1", "markdown==3.11.3", "beautifulsoup4==4.15.0", "cssutils==2.15.0", "pygments==2.21.0"),
    ),
    Peer("marked 18.2.1 + juice 11.1.1", "use_marked.mjs", ("marked@18.2.1", "juice@11.1.1")),
    Peer(
        "@wenyan-md/core 3.0.10", "use_wenyan.mjs",
        ("@wenyan-md/core@3.0.10", "jsdom@27.4.0", "formdata-node@6.0.3", "form-data-encoder@4.1.0"),
    ),
)  # fmt: skip
RENDERERS = (BARE, OURS, *PEERS)
