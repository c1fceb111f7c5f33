"""Imports a package so that each of its pydantic models is built at first use, not at import.

aiogram declares its types with `defer_build`, and then builds every one of them in
`aiogram/types/__init__.py`, because most annotations name types that are only imported for type
checkers; `qdrant_client/http/__init__.py` does the same. Of 940 models a bot uses forty. Here these
loops only resolve the annotations; a model whose annotations are resolved can be built at any time
and from anywhere.

Pydantic builds a deferred model at first use, but without a lock, and looks for names in the frame
five calls up, which fails if there is none (2.13, `set_model_mocks`). Hence `_arrange_building`.
"""

import logging
import sys
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel

logger = logging.getLogger(__name__)

PYDANTIC = "2.13."
"""The version whose internals are used here."""

Models = list[tuple[type[BaseModel], Mapping[str, Any]]]
"""Models that the package wanted to rebuild, each with the namespace for its annotations."""

_building = threading.RLock()
_build_now = BaseModel.model_rebuild.__func__  # type: ignore[attr-defined]


def import_deferred(name: str, known: Mapping[str, str], built: Collection[str] = ()) -> bool:
    """Import a package and return whether its models are deferred, except those named in `built`.

    They are not if the package was imported before, if the version of a distribution in `known`
    does not begin as it says there, or if anything fails.
    """
    if name in sys.modules:
        logger.debug("%s was imported before: its models are already built", name)
        return False
    known = {"pydantic": PYDANTIC, **known}
    found = {distribution: version(distribution) for distribution in known}
    if not all(found[distribution].startswith(start) for distribution, start in known.items()):
        logger.warning("%s takes more memory with these versions: %s", name, found)
        import_module(name)
        return False
    root = name.partition(".")[0]
    try:
        with _put_off_building(root) as models:
            import_module(name)
        _resolve_annotations(models)
        _arrange_building(root, built)
    except Exception:
        logger.exception("%s takes more memory: its models cannot be deferred", name)
        for loaded in [loaded for loaded in sys.modules if loaded.partition(".")[0] == root]:
            del sys.modules[loaded]
        import_module(name)
        return False
    return True


@contextmanager
def _put_off_building(root: str) -> Iterator[Models]:
    """Defer the building of all models that are declared until the context ends.

    Yields a list of the models whose rebuilding was asked for.
    """
    models: Models = []
    rebuild, config = (BaseModel.__dict__[name] for name in ("model_rebuild", "model_config"))

    def note(cls: type[BaseModel], /, **options: Any) -> bool | None:
        if cls.__module__.partition(".")[0] != root:
            rebuilt: bool | None = _build_now(cls, **options)
            return rebuilt
        models.append((cls, options.get("_types_namespace") or {}))
        return None

    _set(BaseModel, "model_rebuild", classmethod(note))
    _set(BaseModel, "model_config", {**config, "defer_build": True})
    try:
        yield models
    finally:
        _set(BaseModel, "model_rebuild", rebuild)
        _set(BaseModel, "model_config", config)


def _resolve_annotations(models: Models) -> None:
    """Complete the fields of the models. Raises NameError, and ImportError without any models."""
    # Pydantic's own steps in `complete_model_class`, up to the building of the schema.
    from pydantic._internal._config import ConfigWrapper  # noqa: PLC0415
    from pydantic._internal._fields import rebuild_model_fields  # noqa: PLC0415
    from pydantic._internal._namespace_utils import NsResolver  # noqa: PLC0415

    if not models:
        message = "the package no longer rebuilds its models"
        raise ImportError(message)
    for cls, namespace in models:
        if not cls.__pydantic_fields_complete__:
            cls.__pydantic_fields__, cls.__pydantic_extra_info__ = rebuild_model_fields(
                cls,
                config_wrapper=ConfigWrapper(cls.model_config, check=False),
                ns_resolver=NsResolver(parent_namespace=namespace),
                typevars_map={},
            )


def _arrange_building(root: str, built: Collection[str]) -> None:
    """Build the models named in `built` now, and have the others built under a lock."""

    def build(
        cls: type[BaseModel], /, *, _parent_namespace_depth: int = 2, **options: Any
    ) -> bool | None:
        """Build one model at a time; a second thread waits for the first, and finds it built."""
        # Zero: no frame has to be searched, because the annotations are resolved.
        is_ours = cls.__module__.partition(".")[0] == root
        depth = 0 if is_ours else _parent_namespace_depth + 1
        with _building:
            rebuilt: bool | None = _build_now(cls, _parent_namespace_depth=depth, **options)
            return rebuilt

    for cls in BaseModel.__subclasses__():
        if cls.__module__.partition(".")[0] != root:
            continue
        if cls.__name__ in built:
            cls.model_config.pop("defer_build")
            cls.model_rebuild()
        else:
            _set(cls, "model_rebuild", classmethod(build))


def _set(cls: type[BaseModel], name: str, value: object) -> None:
    """Set an attribute of a class, which type checkers refuse in an assignment."""
    type.__setattr__(cls, name, value)
