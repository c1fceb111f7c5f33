"""Whether a server that was started here responds."""

import http.client
from http import HTTPStatus


def is_healthy(host: str, port: int) -> bool:
    """Tell whether a server answers GET /health with success. Blocks for up to 2 seconds."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
