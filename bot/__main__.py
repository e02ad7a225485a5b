"""`python -m bot` is `wxops`."""

from bot.cli import main

main()
