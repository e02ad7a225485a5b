from typing import Any

class _Message:
    _data: dict[str, Any]

def parse_message(xml: str) -> _Message: ...
