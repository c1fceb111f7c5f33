"""What keys look like at services with OpenAI's API, where anything can be known about that."""

import re

# Prefixes of OpenAI and others; Groq, Google, xAI, Perplexity, Cerebras, Hugging Face, NVIDIA,
# Fireworks, Together, Replicate, Jina, GitHub, Vercel, Amazon Bedrock, Yandex Cloud.
KEY_FORM = (
    r"(?<![A-Za-z0-9_-])(?P<prefix>sk-(?=[A-Za-z0-9_-]{7})"
    r"|(?:gsk_|xai-|pplx-|csk-|hf_|nvapi-|fw_|tgp_v1_|r8_|jina_|gh[a-z]_|github_pat_|vck_|ABSK"
    r"|AQVN)(?=[A-Za-z0-9_-]{16})"
    r"|(?:AIza|AQ\.)(?=[A-Za-z0-9_-]{28}))"
    r"[A-Za-z0-9_-]{7,512}"
)
JWT_FORM = r"\beyJ[\w-]{8,}(?:\.[\w-]*){2,4}"

_ALPHABET = re.compile(r"[A-Za-z0-9_+/=.~-]+")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_MIXED_RUN = re.compile(r"(?=[A-Za-z]{0,15}\d)(?=\d{0,15}[A-Za-z])[A-Za-z0-9]{16}")


def looks_random(word: str, shortest: int = 20) -> bool:
    """Tell whether a word of `shortest` characters or more seems drawn by lot, as keys are.

    Words joined by hyphens, numbers and names of files do not.
    """
    if len(word) < shortest or not _ALPHABET.fullmatch(word):
        return False
    return bool(_MIXED_RUN.search(word) or _UUID.fullmatch(word))


def is_hex(word: str) -> bool:
    """Tell whether a word consists of hexadecimal digits, all letters of one case."""
    return bool(_HEX.fullmatch(word)) and not word.isdecimal()
