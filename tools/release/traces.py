"""Searches the files of a release for traces of the machine: the folders in which they were built."""

import bz2
import gzip
import io
import lzma
import re
import tarfile
import zipfile
from collections.abc import Iterator

PACKERS = ((b"\x1f\x8b", gzip.decompress), (b"\xfd7zXZ", lzma.decompress), (b"BZh", bz2.decompress))


def members(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yields a file and, for an archive or a compressed file, its contents, each with its name."""
    yield name, data
    for magic, unpack in PACKERS:
        if data.startswith(magic):
            yield from members(name, unpack(data))
    if data.startswith(b"PK\3\4"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            inner = [(entry, archive.read(entry)) for entry in archive.namelist()]
    elif data[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            inner = [(entry.name, tar.extractfile(entry).read()) for entry in tar if entry.isfile()]
    elif data.startswith(b"!<arch>\n") and name.endswith(".deb"):
        inner = list(ar(data))
    else:
        return
    for entry, content in inner:
        yield from members(f"{name}: {entry}", content)


def ar(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yields the members of a Debian package, which have short names: 60 bytes of header each, contents padded to an even offset."""
    offset = 8
    while offset < len(data):
        name, size = data[offset:offset + 16].decode().strip(" /"), int(data[offset + 48:offset + 58])
        yield name, data[offset + 60:offset + 60 + size]
        offset += 60 + size + size % 2


def found(name: str, data: bytes, folders: set[str]) -> list[str]:
    """Returns the occurrences of the folders in a file or in its packed contents, as they are or as part of a symbol."""
    searched = folders | {as_symbol(folder) for folder in folders}
    return sorted({f"{folder} in {where}" for where, content in members(name, data) for folder in searched if folder.encode() in content})


def as_symbol(folder: str) -> str:
    """Returns a folder as dlltool writes it into the names of symbols."""
    return re.sub("[^0-9A-Za-z]", "_", f"{folder}/")
