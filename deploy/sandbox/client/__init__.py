"""The client API: what a person does and sees in a Telegram app, over HTTP and JSON."""

from aiohttp import web

from deploy.sandbox.client import files, reading, writing


def add_routes(router: web.UrlDispatcher) -> None:
    writing.add_routes(router)
    files.add_routes(router)
    reading.add_routes(router)
