"""Transcriptions. The stand-in hears nothing: it reads the comment in the metadata of a sound."""

from pathlib import Path
from typing import Any

from aiohttp import web
from multidict import MultiDictProxy

from deploy.sandbox.errors import OpenAIError
from deploy.sandbox.model_names import AUDIO_MODELS
from deploy.sandbox.sounds import measure_duration, read_comment

MAX_BYTES = 25 * 1024 * 1024
_FORMATS = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
_DEAF = {
    True: "Это учебная замена распознавания речи: она читает только комментарий в файле.",
    False: "This is a stand-in for speech recognition: it only reads the comment in a file.",
}


async def transcribe(request: web.Request) -> web.Response:
    """Answer a request with the comment in its sound, or with a sentence that says what this is.

    Raises OpenAIError.
    """
    form, content = await _read_form(request)
    russian = form.get("language") == "ru"
    text = read_comment(content) or _DEAF[russian]
    match form.get("response_format", "json"):
        case "text":
            return web.Response(text=f"{text}\n")
        case "json":
            return web.json_response({"text": text})
        case "verbose_json":
            told = {"task": "transcribe", "language": "russian" if russian else "english"}
            return web.json_response(
                {**told, "duration": measure_duration(content), "text": text, "segments": []}
            )
    raise OpenAIError(
        400, "The sandbox knows json, verbose_json and text.", param="response_format"
    )


async def _read_form(request: web.Request) -> tuple[MultiDictProxy[Any], bytes]:
    """Return the form and the sound in it. Raises OpenAIError."""
    if request.content_type != "multipart/form-data":
        raise OpenAIError(400, "Could not parse multipart form")
    try:
        form = await request.post()
    except web.HTTPRequestEntityTooLarge:
        raise _too_large() from None
    file, model = form.get("file"), form.get("model")
    if not isinstance(model, str):
        raise OpenAIError(400, "you must provide a model parameter")
    if model not in AUDIO_MODELS:
        raise OpenAIError(404, f"The model `{model}` does not exist.", code="model_not_found")
    if not isinstance(file, web.FileField):
        raise OpenAIError(400, "Missing required parameter: 'file'.", param="file")
    if Path(file.filename).suffix.lower()[1:] not in _FORMATS:
        raise OpenAIError(400, f"Invalid file format. Supported formats: {list(_FORMATS)}")
    content = file.file.read()
    if len(content) > MAX_BYTES:
        raise _too_large(len(content))
    return form, content


def _too_large(size: int | None = None) -> OpenAIError:
    read = f" ({size} bytes read)" if size else ""
    return OpenAIError(413, f"Maximum content size limit ({MAX_BYTES}) exceeded{read}")
