"""What schemathesis does not know by itself: how lines of JSON are sent."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines_of_json(context, value):
    if isinstance(value, bytes):
        return value
    lines = value if isinstance(value, list) else [value]
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return text.encode("utf-8", "surrogatepass")
