"""Imports aiogram so that each of its models is built at first use, instead of all at import.

aiogram declares its types with `defer_build`, and then builds every one of them in
`aiogram/types/__init__.py`, because most annotations name types that are only imported for type
checkers: 100 MB and 3 s of CPU for 600 models, of which a bot uses thirty. Here that loop only
resolves the annotations, which takes 0.04 s. A model whose annotations are resolved can be built at
any time and from anywhere. `aiogram.methods` is not declared with `defer_build`, so it is set.

Pydantic builds a deferred model at first use, but without a lock, and looks for names in the frame
five calls up, which fails if there is none (2.13, `set_model_mocks`). Hence `_build`.
"""

import logging
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import version
from typing import Any

from pydantic import BaseModel

logger = logging.getLogger(__name__)

KNOWN = {"aiogram": "3.31.", "pydantic": "2.13."}
"""Versions whose internals are known to fit; with others, aiogram is imported as it is."""

Types = list[tuple[type[BaseModel], Mapping[str, Any]]]
"""Models whose building was deferred, each with the namespace for its annotations."""

_building = threading.RLock()


def import_aiogram() -> bool:
    """Import aiogram and return whether its models are deferred.

    They are not if aiogram was imported before, if a version is unknown, or if anything fails.
    """
    if "aiogram" in sys.modules:
        logger.debug("aiogram was imported before: its models are already built")
        return False
    found = {name: version(name) for name in KNOWN}
    if not all(found[name].startswith(known) for name, known in KNOWN.items()):
        logger.warning("Importing aiogram takes 100 MB more with these versions: %s", found)
        import_module("aiogram")
        return False
    try:
        with _deferred() as types:
            import_module("aiogram")
        _resolve_annotations(types)
        _build_under_lock()
    except Exception:
        logger.exception("Importing aiogram takes 100 MB more: its models cannot be deferred")
        for name in [name for name in sys.modules if name.partition(".")[0] == "aiogram"]:
            del sys.modules[name]
        import_module("aiogram")
        return False
    return True


@contextmanager
def _deferred() -> Iterator[Types]:
    """Yield a list of the types that would have been built, complete when the context ends."""
    types: Types = []
    original = BaseModel.__dict__["model_rebuild"]

    def note(cls: type[BaseModel], /, **options: Any) -> bool | None:
        if not cls.__module__.startswith("aiogram.types."):
            rebuilt: bool | None = original.__get__(None, cls)(**options)
            return rebuilt
        if not types:
            # The types are declared now, the methods are not yet.
            context = sys.modules["aiogram.client.context_controller"]
            context.BotContextController.model_config["defer_build"] = True
        types.append((cls, options["_types_namespace"]))
        return None

    type.__setattr__(BaseModel, "model_rebuild", classmethod(note))
    try:
        yield types
    finally:
        type.__setattr__(BaseModel, "model_rebuild", original)


def _resolve_annotations(types: Types) -> None:
    """Complete the fields of the types. Raises NameError, and ImportError without any types."""
    # Pydantic's own steps in `complete_model_class`, up to the building of the schema.
    from pydantic._internal._config import ConfigWrapper  # noqa: PLC0415
    from pydantic._internal._fields import rebuild_model_fields  # noqa: PLC0415
    from pydantic._internal._namespace_utils import NsResolver  # noqa: PLC0415

    if not types:
        message = "aiogram.types no longer rebuilds its models"
        raise ImportError(message)
    for cls, namespace in types:
        if not cls.__pydantic_fields_complete__:
            cls.__pydantic_fields__, cls.__pydantic_extra_info__ = rebuild_model_fields(
                cls,
                config_wrapper=ConfigWrapper(cls.model_config, check=False),
                ns_resolver=NsResolver(parent_namespace=namespace),
                typevars_map={},
            )


def _build_under_lock() -> None:
    """Have all models of aiogram built by `_build`."""
    base = sys.modules["aiogram.client.context_controller"].BotContextController

    def build(
        cls: type[BaseModel], /, *, _parent_namespace_depth: int = 2, **options: Any
    ) -> bool | None:
        """Build one model at a time; a second thread waits for the first, and finds it built."""
        # Zero: no frame has to be searched, because the annotations are resolved.
        depth = 0 if cls.__module__.startswith("aiogram.") else _parent_namespace_depth + 1
        with _building:
            rebuilt: bool | None = super(base, cls).model_rebuild(
                _parent_namespace_depth=depth, **options
            )
            return rebuilt

    type.__setattr__(base, "model_rebuild", classmethod(build))
