"""What a person may not do, or must mend: errors whose text is shown to them as it is.

The exit code of the terminal comes from the class: 1 the editor's files, 2 usage
or configuration, 3 the platform, 4 the rules.
"""

from __future__ import annotations


class OpsError(Exception):
    """Something a person can act on; the text says what is wrong, where, and what to do next."""

    exit_code = 4


class FilesWrong(OpsError):
    """The editor's files have errors; nothing was taken in."""

    exit_code = 1


class WrongUse(OpsError):
    """The command, an argument or the configuration is not right."""

    exit_code = 2


class PlatformTrouble(OpsError):
    """WeChat said no, could not be reached, or did not say what it did."""

    exit_code = 3
