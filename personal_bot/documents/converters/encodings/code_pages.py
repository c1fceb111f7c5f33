"""Decodes texts: Unicode for certain, everything else by evidence, line by line.

Logs and merged files mix encodings, so lines in UTF-8 stay what they are, and the others are read
in the one encoding that suits them best. What was not certain is stated.
"""

import codecs
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from personal_bot.documents.converters.content import Remark, RemarkKind
from personal_bot.documents.converters.encodings.mixtures import (
    count_high,
    may_mix,
    split_lines,
    split_runs,
)
from personal_bot.documents.converters.encodings.ranking import (
    ENCODINGS,
    MULTIBYTE,
    Ranking,
    is_odd,
    rank_encodings,
)
from personal_bot.documents.converters.encodings.unicode import check_is_text, find_unicode
from personal_bot.documents.converters.normalization import normalize_line
from personal_bot.documents.converters.protocol import RefusalError, RefusalKind

# What other names of encodings mean in files, if not what Python takes them for.
_ALIASES: Final = {
    "iso8859-1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-8": "cp1255",
    "iso8859-13": "cp1257",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "shift_jis": "cp932",
    "euc_jp": "euc_jis_2004",
    "euc_kr": "cp949",
}
_SUGGESTIONS: Final = 4
_SHOWN: Final = 80  # bytes of a line
_SAMPLE_LINES: Final = 50
_SAMPLE_BYTES: Final = 8_000
_DECLARED: Final = 3.0  # how much more a declared encoding counts
_MOST_BROKEN: Final = 0.1  # maximum share of undefined characters among those above 0x7F
_SUSPECT: Final = re.compile("[\x80-\x9f\ufffd]|[^\x00-\x7f\\w]{2}")
_BROKEN: Final = re.compile("[\x80-\x9f\ufffd]")


class Decoded(NamedTuple):
    """A text, and how it was decoded.

    If the encoding is in doubt, `samples` has a line of the text in each encoding that may be
    right, beginning with the one that was used. Lines that are text in no encoding are left out.
    """

    text: str
    encoding: str = "utf-8"
    is_certain: bool = True
    undecodable_lines: int = 0
    samples: tuple[tuple[str, str], ...] = ()


def decode(content: bytes, declared: str | None = None) -> str:
    """Decode the content of a file; `declared` is the encoding that the file itself names, if any.

    Raises RefusalError if the content is not text.
    """
    return decode_text(content, declared).text


def decode_text(content: bytes, declared: str | None = None, chosen: str = "") -> Decoded:
    """Decode as `decode` does, and state the doubt; `chosen` is the owner's choice, if any.

    Raises RefusalError if the content is not text, or no language in any encoding.
    """
    unicode = find_unicode(content)
    if unicode:
        return Decoded(content.decode(unicode, errors="replace"), unicode)
    check_is_text(content)
    content = content.replace(b"\0", b"")
    try:
        return Decoded(content.decode())
    except UnicodeDecodeError:
        return _decode_lines(content, _find_codec(declared), _find_codec(chosen))


def list_remarks(decoded: Decoded) -> list[Remark]:
    """Return what the report of a document says about its decoding.

    In doubt, a remark for each encoding that may be right, the one that was used first; its detail
    is the name of the encoding, a tab, and a line of the text in this encoding.
    """
    remarks = [
        Remark(RemarkKind.ENCODING, detail=f"{encoding}\t{sample}")
        for encoding, sample in decoded.samples
    ]
    if decoded.undecodable_lines:
        remarks.append(Remark(RemarkKind.UNDECODABLE, decoded.undecodable_lines))
    return remarks


def suggest_encodings(content: bytes) -> list[str]:
    """Return at most four encodings for a text that is not Unicode, best first."""
    sample = _sample([line for line, is_utf8 in split_lines(content) if not is_utf8])
    if not sample:
        return []
    readings = rank_encodings(sample).readings
    return [reading.encoding for reading in readings[:_SUGGESTIONS]]


def _decode_lines(content: bytes, declared: str, chosen: str) -> Decoded:
    groups = [*split_lines(content)]
    foreign = [group for group, is_utf8 in groups if not is_utf8]
    sample = _sample(foreign)
    if not sample:  # UTF-8 with a few damaged characters
        return Decoded(content.decode(errors="replace"))
    ranking = rank_encodings(sample)
    is_meant = bool(chosen or declared)
    if not is_meant and not ranking.is_plausible and sum(map(len, foreign)) > len(content) / 2:
        raise RefusalError(RefusalKind.UNSUPPORTED, "encoding")
    encoding = chosen or _choose(ranking, declared)
    texts, broken = _decode_groups(groups, encoding)
    sound = _sample(foreign, {*broken.values()})
    if broken and sound:  # broken lines are no evidence
        ranking = rank_encodings(sound)
        better = chosen or _choose(ranking, declared)
        if better != encoding:
            encoding = better
            texts, broken = _decode_groups(groups, encoding)
    others: dict[int, str] = {}
    if not is_meant and not ranking.is_plausible:
        texts, broken = _decode_groups(groups, "")
    elif not chosen:
        others = _decode_others(broken)
    for position, text in others.items():
        texts[position] = text
    undecodable = [line for position, line in broken.items() if position not in others]
    if not chosen and sum(map(len, undecodable)) > len(content) / 2:
        raise RefusalError(RefusalKind.UNSUPPORTED, "encoding")
    decoded = Decoded("".join(texts), encoding, undecodable_lines=len(undecodable))
    if chosen or encoding == declared or ranking.is_certain or not sound:
        return decoded
    return decoded._replace(is_certain=False, samples=_show(sound, ranking, encoding))


def _decode_groups(
    groups: Sequence[tuple[bytes, bool]], encoding: str
) -> tuple[list[str], dict[int, bytes]]:
    """Return the texts of lines or groups, and the lines, by position there, that are no text.

    Without an encoding, only lines in UTF-8 are text.
    """
    if encoding in MULTIBYTE:  # in which a few lines happen to be valid UTF-8
        foreign = sum(count_high(group) for group, is_utf8 in groups if not is_utf8)
        if foreign > 0.9 * sum(count_high(group) for group, _ in groups):
            groups = [(group, group.isascii()) for group, _ in groups]
    texts: list[str] = []
    broken: dict[int, bytes] = {}
    for group, is_utf8 in groups:
        for line, text in _decode_group(group, "utf-8" if is_utf8 else encoding):
            if text is None:
                broken[len(texts)] = line
            texts.append(text or "")
    return texts, broken


def _decode_group(group: bytes, encoding: str) -> Iterator[tuple[bytes, str | None]]:
    """Yield lines and their text, or the whole group at once; None for what is no text."""
    if encoding == "utf-8":
        yield group, group.decode()
        return
    if encoding and not may_mix(group):
        text = group.decode(encoding, errors="replace")
        if not _SUSPECT.search(text):
            yield group, text
            return
    for line in group.splitlines(keepends=True):
        if line.isascii():
            yield line, line.decode()
        else:
            yield line, _decode_line(line, encoding) if encoding else None


def _decode_others(broken: dict[int, bytes]) -> dict[int, str]:
    """Return those of the lines, by position, that are text in another encoding."""
    sample = _sample([*broken.values()])
    if not sample or not (ranking := rank_encodings(sample)).is_certain:
        return {}
    encoding = ranking.readings[0].encoding
    texts = ((position, _decode_line(line, encoding)) for position, line in broken.items())
    return {position: text for position, text in texts if text is not None}


def _choose(ranking: Ranking, declared: str) -> str:
    """Return the declared encoding unless the evidence is clearly against it."""
    first = ranking.readings[0]
    if not declared:
        return first.encoding
    mine = next((r for r in ranking.readings if r.encoding == declared), None)
    if mine and ranking.is_certain and first.score > _DECLARED * mine.score:
        return first.encoding
    return declared


def _decode_line(line: bytes, encoding: str) -> str | None:
    """Return a line with what is UTF-8 in it intact; None if the rest is no text."""
    if encoding in MULTIBYTE:
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            pass  # it may be in two encodings
    texts: list[str] = []
    for part, is_utf8 in split_runs(line):
        text = part.decode("utf-8" if is_utf8 else encoding, errors="replace")
        if not is_utf8 and _is_broken(text):
            return None
        texts.append(text)
    return "".join(texts)


def _is_broken(text: str) -> bool:
    high = len(text) - len(text.encode("ascii", "ignore"))
    return len(_BROKEN.findall(text)) > _MOST_BROKEN * high or is_odd(text)


def _sample(groups: list[bytes], without: Collection[bytes] = ()) -> bytes:
    """Return the parts of lines that are not UTF-8, a line each, up to a sample's size."""
    parts: list[bytes] = []
    size = 0
    for group in groups:
        for line in group[:_SAMPLE_BYTES].splitlines(keepends=True):
            if not line.isascii() and line not in without:
                runs = (run for run, is_utf8 in split_runs(line) if not is_utf8)
                parts.append(b"".join(run for run in runs if not run.isascii()).strip())
                size += len(parts[-1])
        if size >= _SAMPLE_BYTES:
            break
    return b"\n".join(filter(None, parts))


def _show(sample: bytes, ranking: Ranking, used: str) -> tuple[tuple[str, str], ...]:
    """Return a telling line in each encoding that may be right, the used one first."""
    line = max(sample.split(b"\n")[:_SAMPLE_LINES], key=lambda line: count_high(line[:_SHOWN]))
    encodings = dict.fromkeys([used, *(reading.encoding for reading in ranking.readings)])
    samples: dict[str, str] = {}  # encodings by text
    for encoding in encodings:
        text = line[:_SHOWN].decode(encoding, errors="ignore")
        samples.setdefault(normalize_line(text), encoding)
    return tuple((encoding, text) for text, encoding in [*samples.items()][:_SUGGESTIONS])


def _find_codec(name: str | None) -> str:
    """Return the encoding that a file or the owner names, or nothing if it cannot be meant."""
    try:
        codec = codecs.lookup((name or "").strip()).name
    except (LookupError, ValueError):
        return ""
    codec = _ALIASES.get(codec, codec)
    return codec if codec in ENCODINGS else ""
