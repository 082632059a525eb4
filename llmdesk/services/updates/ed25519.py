"""Checking Ed25519 signatures (RFC 8032) of a file or two: a page of integers instead of a package with a C library.

Only checked with here, with public numbers, so nothing has to be kept secret and time tells nothing. Pure; any thread;
a tenth of a second at most.
"""

from __future__ import annotations

import hashlib

KEY_BYTES, SIGNATURE_BYTES = 32, 64
_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)  # of -1

Point = tuple[int, int, int, int]
"""x, y, z and t of extended coordinates: the point (x/z, y/z), with t = xy/z."""
_ZERO: Point = (0, 1, 1, 0)


def is_signed(message: bytes, signature: bytes, key: bytes) -> bool:
    """Whether who has the secret key to ``key`` signed exactly this message."""
    if len(signature) != SIGNATURE_BYTES or len(key) != KEY_BYTES:
        return False
    s = int.from_bytes(signature[32:], "little")
    owner, commitment = _point(key), _point(signature[:32])
    if s >= _ORDER or owner is None or commitment is None:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(digest, "little") % _ORDER
    return _is_equal(_times(s, _BASE), _sum(commitment, _times(challenge, owner)))


def _sum(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(factor: int, point: Point) -> Point:
    found = _ZERO
    while factor:
        if factor & 1:
            found = _sum(found, point)
        point = _sum(point, point)
        factor >>= 1
    return found


def _is_equal(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % _P == 0 and (one[1] * other[2] - other[1] * one[2]) % _P == 0


def _point(written: bytes) -> Point | None:
    """Out of its 32 bytes; None: there is none of these."""
    y = int.from_bytes(written, "little")
    is_odd, y = y >> 255, y & (2**255 - 1)
    x = _x_of(y, is_odd)
    return None if x is None else (x, y, 1, x * y % _P)


def _x_of(y: int, is_odd: int) -> int | None:
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and is_odd):
        return None
    return x if x & 1 == is_odd else _P - x


_BASE_Y = 4 * pow(5, -1, _P) % _P
_BASE_X = _x_of(_BASE_Y, 0) or 0
_BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)
