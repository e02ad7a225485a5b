"""Bytes for the door that atheris finds by the code they reach: `python tests/fuzz_door.py -runs=100000`.

The same promises as tests/test_door_fuzz.py. Only where atheris is installed (`pip install
atheris`, which has wheels for Linux); else it says that this part is left out.
"""

from __future__ import annotations

import importlib.util
import logging
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path


def fuzz(folder: Path) -> None:
    """Deliver what atheris makes, in the ways of WeChat and of others; does not return."""
    import atheris

    with atheris.instrument_imports(include=["bot"]):
        import bot.webhook  # noqa: F401 - before all that imports it

    import test_door_fuzz as door

    from content.db import Store
    from scheduler.schema import migrate

    logging.disable(logging.CRITICAL)
    database, corpus = f"sqlite:///{folder / 'wxops.db'}", folder / "corpus"
    store = Store(database)
    migrate(store)
    store.close()
    corpus.mkdir()
    for number, case in enumerate(door.CASES):
        (corpus / str(number)).write_bytes(b"\0" + case)
    rest = ExitStack()
    hatch = rest.enter_context(door.opened(database, folder / "space"))

    def deliver(data: bytes) -> None:
        hatch.come_back()
        door.tried(hatch, data[1:], door.WAYS[(data or b"\0")[0] % len(door.WAYS)])

    atheris.Setup([sys.argv[0], *sys.argv[2:], "-max_len=4096", str(corpus)], deliver)
    atheris.Fuzz()


if __name__ == "__main__":
    if importlib.util.find_spec("atheris") is None:
        print("atheris is not installed: what it would find is left out (pip install atheris)")
    elif sys.argv[1:2] == ["in"]:
        fuzz(Path(sys.argv.pop(2)))
    else:
        with tempfile.TemporaryDirectory() as made:  # atheris ends its process, so that another one tidies up
            sys.exit(subprocess.call([sys.executable, __file__, "in", made, *sys.argv[1:]]))
