"""The terminal for tests: `wxops …` in a stage's workspace, inside the test's own process, which is there at once."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

import pytest
from stage import Stage

from bot.cli import main


class Ended(NamedTuple):
    """How a command ended: its exit code and what it said, as subprocess names them."""

    returncode: object
    stdout: str
    stderr: str


def wxops(stage: Stage, *words: str, **environ: str) -> Ended:
    """Run `wxops` in the stage's workspace; its log is not in stderr, a bug of ours is raised."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["wxops", "--workspace", str(stage.folder), *words])
        patch.setattr(sys, "excepthook", sys.excepthook)  # it is put back
        for name, value in {**stage.environ, **environ}.items():
            patch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
    return Ended(ended.value.code, out.getvalue(), err.getvalue())
