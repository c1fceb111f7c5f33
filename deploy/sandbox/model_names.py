"""The names of OpenAI's models, from its package, which is not imported: 0.5 s of CPU and 15 MB."""

import runpy
from importlib.util import find_spec
from pathlib import Path
from typing import get_args


def read_names(module: str, type_name: str) -> frozenset[str]:
    """Return the values of a literal type in a module of `openai.types`. Raises ImportError."""
    package = find_spec("openai")
    if package is None or package.origin is None:
        message = "openai is not installed"
        raise ImportError(message)
    path = Path(package.origin).parent / "types" / f"{module}.py"
    try:
        return frozenset(get_args(runpy.run_path(str(path))[type_name]))
    except (OSError, KeyError) as error:
        message = f"openai.types has no {type_name} in {path}"
        raise ImportError(message) from error


CHAT_MODELS = read_names("shared/chat_model", "ChatModel")
EMBEDDING_MODELS = read_names("embedding_model", "EmbeddingModel")
AUDIO_MODELS = read_names("audio_model", "AudioModel")
