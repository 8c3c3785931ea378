"""What the commands' exit codes mean: schedulers and shell scripts decide by them, docs/operations lists them."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit code of every command of `orchestration`."""

    OK = 0  # done: published, or nothing had to be done
    FAILED = 1  # a step or a blocking check failed; what was published before stands
    CANNOT_START = 2  # arguments, folders, keys or the machine are not as they must be; nothing was touched
    BUSY = 3  # another run is writing; nothing was touched, try again later
