"""Whatever a bot uses of the Bot API is built before the fork."""

import ast

import aiogram.methods
import aiogram.types

from deploy.environment import ROOT
from personal_bot.telegram.models import MODELS, build_models

METHODS = {name.lower(): method for name, method in vars(aiogram.methods).items()}


def find_used_names(tree: ast.Module) -> set[str]:
    """Return the names of methods that a module has its bot call, and of models that it creates."""
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in {"aiogram.types", "aiogram.methods"}
        for alias in node.names
    }
    used = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in imported:
                used.add(name)
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in imported:
                used.add(name)
            case ast.Call(
                func=ast.Attribute(
                    value=ast.Name(id="bot") | ast.Attribute(attr="bot" | "_bot"), attr=name
                )
            ):
                method = METHODS.get(name.replace("_", ""))
                used |= {method.__name__} if method else set()
    return used - {"Response", "BufferedInputFile"}  # no models


def test_each_model_that_a_bot_uses_is_built_by_the_fork_server():
    used = set()
    for path in (ROOT / "personal_bot").rglob("*.py"):
        used |= find_used_names(ast.parse(path.read_text(encoding="utf-8")))
    assert {"SendMessage", "GetUpdates", "BotCommand", "Update"} <= used
    assert used <= {model.__name__ for model in MODELS}


def test_building_them_twice_is_harmless():
    build_models()
    build_models()
    assert all(model.__pydantic_complete__ for model in MODELS)
