"""Converters from files of each format to blocks, run only in the worker, not in the bot's process.

Each room reads a family of formats; `registry` names the module with `read_pages` for each type. A
library is imported only for the first file of its format, so a text file costs almost nothing.
Haystack's converters are not used: importing any of them takes 1.4-2.2 s of CPU and 80-120 MiB for
every file, and they yield text in which tables and headings are lost.
"""
