"""Answering a question: the prompt, the chat model, citations and conversation history."""
