"""What a delivery may demand of memory, disk and time at most; each limit stands here once.

All are far above what the contract's sources deliver. What is beyond them was made by mistake or to do harm, and the
file is rejected before it fills anything.
"""

from orchestration.ingestion.readers.incoming import UnreadableFile

# Packed rows of one source become 5 to 60 times as large; a gzip file made to do harm a thousand times.
LARGEST_INFLATION = 200
# Below this, any inflation is harmless (bytes).
INFLATED_BYTES_ALLOWED = 64 * 1024 * 1024

# What a row of any source takes at least, unpacked: its key and a required value (bytes).
SMALLEST_ROW_BYTES = 16

# A physical line of csv or jsonl, in characters: the longest text of the contract, a news article, has some thousands.
LONGEST_LINE = 4 * 1024 * 1024
# DuckDB's limit for a record, which may have several lines, in bytes (a character of UTF-8 has four at most).
LONGEST_RECORD_BYTES = 4 * LONGEST_LINE
# The header of a csv, in characters: ten thousand columns of a hundred each.
LONGEST_HEADER = 1024 * 1024

# The rectangle of a sheet from A1 to its last cell is held in memory whole: all rows of Excel, 32 columns wide.
LARGEST_SHEET_CELLS = 2**20 * 32
# What the process that reads workbooks may have of addresses, in bytes: such a sheet, all filled, takes a third of it.
READER_ADDRESS_SPACE = 16 * 2**30


def refuse_bomb(delivered_bytes: int, inflated_bytes: int) -> None:
    """UnreadableFile when a file has become too large, while it is unpacked, for what was delivered."""
    if inflated_bytes > max(INFLATED_BYTES_ALLOWED, LARGEST_INFLATION * delivered_bytes):
        raise UnreadableFile(
            f"unpacked it is more than {LARGEST_INFLATION} times as large as delivered: ask the source for a plain file"
        )
