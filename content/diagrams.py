"""A diagram written as text, as a picture, where the program that draws it is installed on this machine.

The programs are started with nothing but the text, a time limit, without our
secrets, and told to read no file and no address; what they give is made ready like
any other picture.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess  # the three programs below are all that is started
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from content.drawn import CannotBeDrawn, Drawn, name_of
from content.pictures import PictureRefused, prepare

Find = Callable[[str], str | None]

SECONDS = 30.0  # a browser that mmdc starts takes some of them
LONGEST = 20_000  # characters
_EM = 16  # pixels of the page: the size of an article's letters
_NOWHERE = "http://127.0.0.1:9"  # nothing listens there: an address in a diagram leads to nothing
_INPUT, _OUTPUT, _SETTINGS = "diagram.txt", "diagram.png", "browser.json"


@dataclass(frozen=True)
class Renderer:
    """A program that draws diagrams: how it is called, its arguments, and the kinds of fences it is for."""

    program: str
    arguments: tuple[str, ...]
    kinds: tuple[str, ...]
    get: str  # what to install, for the editor
    dots: float  # pixels it gives for one of the page


RENDERERS = (
    Renderer(
        "mmdc",
        ("-q", "-b", "white", "-s", "3", "-p", _SETTINGS, "-i", _INPUT, "-o", _OUTPUT),
        ("mermaid",),
        "mermaid-cli（命令 mmdc）",
        3.0,
    ),
    Renderer("plantuml", ("-tpng", "-charset", "UTF-8", "-failfast2", _INPUT), ("plantuml", "puml"), "PlantUML", 1.0),
    Renderer(
        "dot", ("-Tpng", "-Gdpi=288", "-Gbgcolor=white", "-o", _OUTPUT, _INPUT), ("dot", "graphviz"), "Graphviz", 3.0
    ),
)
# A browser that loads nothing: every name is unknown, and every address goes to the closed door.
_BROWSER = ("--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9", "--disable-background-networking")


def draw(
    kind: str, text: str, *, kept: Path | None = None, find: Find = shutil.which, seconds: float = SECONDS
) -> Drawn:
    """Return a diagram as a picture; CannotBeDrawn when its program is not installed or says no.

    `kind` is the word after the fence, `kept` a folder where drawn pictures are
    kept by their text, `find` looks for a program, `seconds` is its time.
    """
    renderer = next((one for one in RENDERERS if kind in one.kinds), None)
    if renderer is None:
        raise CannotBeDrawn(f"{kind} 图在公众号里画不出来，请先导出为图片，再插入图片")
    if len(text) > LONGEST:
        raise CannotBeDrawn(f"{kind} 图的源码有 {len(text)} 个字符，太长了，请拆成几张")
    key = sha256(f"{kind}\n{text}".encode("utf-8", "replace")).hexdigest()
    file = kept / f"{key}.png" if kept else None
    data = file.read_bytes() if file and file.is_file() else _made(renderer, kind, text, find, seconds)
    if file and not file.is_file():
        _keep(file, data)
    return _ready(kind, data, renderer.dots)


def _ready(kind: str, data: bytes, dots: float) -> Drawn:
    try:
        ready = prepare(data, f"{kind} 图", use="body")
    except PictureRefused as error:
        raise CannotBeDrawn(f"{kind} 图画出来了，但不能用：{str(error).rstrip('。')}") from error
    return Drawn(
        name_of("diagram", ready.data, ready.kind), ready.data, f"{kind} 图", round(ready.width / dots / _EM, 2)
    )


def _keep(file: Path, data: bytes) -> None:
    """Write a drawn picture whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as partial:
        partial.write(data)
    Path(partial.name).replace(file)


def _made(renderer: Renderer, kind: str, text: str, find: Find, seconds: float) -> bytes:
    program = find(renderer.program)
    if program is None:
        advice = f"请先导出为图片再插入，或请管理员安装 {renderer.get}"
        raise CannotBeDrawn(f"{kind} 图在公众号里画不出来，这台电脑也没有画它的程序。{advice}")
    with tempfile.TemporaryDirectory(prefix="wxops-diagram-") as name:
        folder = Path(name)
        (folder / _INPUT).write_text(_framed(renderer, text), encoding="utf-8")
        (folder / _SETTINGS).write_text(_browser(), encoding="utf-8")
        trouble = _run([program, *renderer.arguments], folder, seconds)
        made = folder / _OUTPUT
        if trouble or not made.is_file():
            raise CannotBeDrawn(f"{kind} 图画不出来：{trouble or '程序没有给出图片'}。请检查写法，或导出为图片再插入")
        return made.read_bytes()


def _framed(renderer: Renderer, text: str) -> str:
    bare = renderer.program == "plantuml" and "@start" not in text
    return f"@startuml\n{text}\n@enduml\n" if bare else text


def _browser() -> str:
    """Return the settings of mmdc's browser, which as root (in a container) starts only without its sandbox."""
    root = os.name == "posix" and os.geteuid() == 0
    return json.dumps({"args": [*_BROWSER, *(["--no-sandbox"] if root else [])]})


def _run(command: list[str], folder: Path, seconds: float) -> str:
    """Run a program in a folder and return what went wrong, in a few words; "" when nothing did."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=_surroundings(os.environ, folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        _stop(process)
        return f"等了 {seconds:g} 秒还没有画完"
    if process.returncode == 0:
        return ""
    lines = said.decode("utf-8", "replace").replace(str(folder), "").strip().splitlines()
    return (lines[0] if lines else f"程序退出码 {process.returncode}")[:120]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a program with all that it started: mmdc's browser would go on."""
    if os.name == "posix":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()


def _surroundings(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the environment of a program: nothing of ours, no way out to the network, no files of this machine."""
    kept = {name: value for name, value in environment.items() if not name.upper().startswith("WXOPS")}
    closed = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), _NOWHERE)
    return {
        **kept,
        **closed,
        "PLANTUML_SECURITY_PROFILE": "SANDBOX",
        "SERVER_NAME": "wxops",  # with it Graphviz reads pictures from GV_FILE_PATH alone
        "GV_FILE_PATH": str(folder),
    }
