"""Running coroutines concurrently until the first one ends."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def run_until_first_completed(*works: Coroutine[Any, Any, object]) -> None:
    """Run `works` until one ends, then cancel the others. Raises what that one raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in done:
        task.result()
