"""A question's way to its answer: prompt, citations, and what was said before."""
