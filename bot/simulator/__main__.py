"""`python -m bot.simulator` runs the simulator until it is told to stop."""

from __future__ import annotations

import sys

from bot.simulator.cli import main

if __name__ == "__main__":
    sys.exit(main())
