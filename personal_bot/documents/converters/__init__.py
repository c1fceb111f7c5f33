"""From a file to its text. Runs in the worker alone, never in the bot's own process.

One module per family of formats, each with `read_pages(source, limits)`; libraries are imported
when the first file of their format comes, so that a text file costs next to nothing. The libraries
are used directly: Haystack's own converters wrap the same ones, but importing any of them costs
1.4-2.2 s of CPU and 80-120 MiB for every file, against 0.02-0.4 s and 16-65 MiB.
"""
