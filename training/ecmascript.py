"""Text exactly as ECMAScript prints it, so that both languages take the same digests."""

import json
import math
from decimal import Decimal


def number_text(value):
    """`String(value)` of a finite double (ECMA-262, Number::toString): `1`, `0.1`, `1e-7`, `1e+21`."""
    value = float(value)
    if not math.isfinite(value):
        raise ValueError(f"{value} has no JSON form")
    if value == 0:
        return "0"
    # repr gives the shortest digits that read back as the same double, as ECMAScript demands.
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    text = "".join(map(str, digits))
    point = len(text) + exponent
    if 0 < point <= 21:
        body = text.ljust(point, "0") if len(text) <= point else f"{text[:point]}.{text[point:]}"
    elif -6 < point <= 0:
        body = f"0.{'0' * -point}{text}"
    else:
        mantissa = text if len(text) == 1 else f"{text[0]}.{text[1:]}"
        body = f"{mantissa}e{point - 1:+d}"
    return f"-{body}" if sign else body


def code_units(text):
    """Sort key: the order in which JavaScript compares strings (UTF-16 code units)."""
    return text.encode("utf-16-be", "surrogatepass")


def well_formed(text):
    """`text` with each lone surrogate replaced by U+FFFD, as every UTF-8 encoder of the web does."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def canonical_json(value):
    """The same text as `contracts/canonical-json.ts`: sorted keys, no white space."""
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(canonical_json, value)) + "]"
    members = (f"{canonical_json(key)}:{canonical_json(value[key])}" for key in sorted(value, key=code_units))
    return "{" + ",".join(members) + "}"
