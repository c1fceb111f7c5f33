"""Converters from files of each format to text, run only in the worker, never in the bot's process.

Each family of formats has one module with `read_pages(source, limits)`. A library is imported only
for the first file of its format, so a text file costs almost nothing. The libraries are used
directly: Haystack's converters wrap the same ones, but importing any of them takes 1.4-2.2 s of CPU
and 80-120 MiB for every file, against 0.02-0.4 s and 16-65 MiB.
"""
