"""The steps in which a secret is expected; their names are stored, so they must not change."""

from aiogram.fsm.state import State, StatesGroup


class Onboarding(StatesGroup):
    token = State()
    key = State()


class Replacing(StatesGroup):
    token = State()
    key = State()


KEY_STEPS = frozenset({Onboarding.key.state, Replacing.key.state})
