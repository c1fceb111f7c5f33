"""Whatever a bot uses of Qdrant's client is built before the fork."""

import re

from deploy.environment import ROOT
from personal_bot.index.models import MODELS, build_models


def test_each_model_that_a_bot_creates_is_built_by_the_fork_server():
    created = set()
    for path in (ROOT / "personal_bot" / "index").glob("*.py"):
        created |= set(re.findall(r"\brest\.([A-Z]\w+)\(", path.read_text(encoding="utf-8")))
    assert {"Filter", "SparseVector", "QueryResponse"} <= created
    assert created <= {model.__name__ for model in MODELS}


def test_building_them_twice_is_harmless():
    build_models()
    build_models()
    assert all(model.__pydantic_complete__ for model in MODELS)
