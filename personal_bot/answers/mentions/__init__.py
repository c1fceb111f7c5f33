"""Finds the documents that a question mentions by name; see `finding`.

Everything here is a pure function of the question and the names.
"""

from personal_bot.answers.mentions.finding import Mention, Question
from personal_bot.answers.mentions.names import Word
from personal_bot.answers.mentions.words import Group

__all__ = ["Group", "Mention", "Question", "Word"]
