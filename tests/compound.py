"""Build OLE files, such as Outlook's mails, of small streams."""

import struct
from collections.abc import Mapping

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
Tree = Mapping[str, "bytes | Tree"]


def make_ole(tree: Tree) -> bytes:
    """Return an OLE file; streams are padded to 4,096 bytes, so that no mini stream is needed."""
    entries: list[list] = [["Root Entry", 5, FREE, END, 0]]  # name, type, child, start, size
    siblings: dict[int, int] = {}
    sectors: list[bytes] = []
    chains: list[int] = []

    def add(children: Tree) -> int:
        """Add entries as a list linked by right siblings; return the first one."""
        first = previous = FREE
        for name, content in sorted(
            children.items(), key=lambda item: (len(item[0]), item[0].upper())
        ):
            number = len(entries)
            if isinstance(content, bytes):
                start = len(sectors)
                padded = content.ljust(max(4096, -(-len(content) // SECTOR) * SECTOR), b"\0")
                count = len(padded) // SECTOR
                sectors.extend(padded[at : at + SECTOR] for at in range(0, len(padded), SECTOR))
                chains.extend([*range(start + 1, start + count), END])
                entries.append([name, 2, FREE, start, max(4096, len(content))])
            else:
                entries.append([name, 1, FREE, END, 0])
                entries[number][2] = add(content)
            if previous == FREE:
                first = number
            else:
                siblings[previous] = number
            previous = number
        return first

    entries[0][2] = add(tree)
    directory = b"".join(
        struct.pack(
            "<64sHBBIII16sI8s8sIQ",
            name.encode("utf-16-le"),
            2 * len(name) + 2,
            kind,
            1,
            FREE,
            siblings.get(number, FREE),
            child,
            b"",
            0,
            b"",
            b"",
            start,
            size,
        )
        for number, (name, kind, child, start, size) in enumerate(entries)
    )
    directory += bytes(-len(directory) % SECTOR)
    begin = len(sectors)
    count = len(directory) // SECTOR
    sectors.extend(directory[at : at + SECTOR] for at in range(0, len(directory), SECTOR))
    chains.extend([*range(begin + 1, begin + count), END])
    tables = -(-(len(chains) + 1) // (SECTOR // 4 - 1))
    places = [len(sectors) + number for number in range(tables)]
    chains.extend([FAT] * tables)
    chains.extend([FREE] * (tables * SECTOR // 4 - len(chains)))
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"",
        0, tables, begin, 0, 4096, END, 0, END, 0,
    )  # fmt: skip
    difat = struct.pack("<109I", *places, *[FREE] * (109 - len(places)))
    return header + difat + b"".join(sectors) + struct.pack(f"<{len(chains)}I", *chains)
