"""Reads PPTX, and what the Office formats share: charts, equations, symbols, numbers of lists."""
