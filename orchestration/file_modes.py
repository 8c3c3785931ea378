"""Who may read what the project writes: its owner alone, whatever the shell or the service says."""

import os

OTHERS = 0o077


def owner_only() -> None:
    """From now on this process, and those it starts, make files of mode 0600 and folders of mode 0700."""
    os.umask(OTHERS)
