"""Requests to OpenAI: one client for the process, and what its refusals mean."""
