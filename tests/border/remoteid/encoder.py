"""An encoder of its own, bit by bit from the published layout, that shares nothing with the decoder.

Each message is a list of (bits, value), the most significant bit first inside a byte as the standard draws
its bytes; numbers over several bytes are turned to little-endian here.
"""

from __future__ import annotations


def wide(size, value):
    """Return the bytes of a number, least significant first, as (bits, value)."""
    return [(8, (value >> (8 * at)) & 255) for at in range(size)]


def text(size, value):
    raw = value if isinstance(value, bytes) else value.encode()
    return [(8, byte) for byte in raw.ljust(size, b"\0")]


def message(kind, *fields, version=2):
    bits = "".join(f"{value:0{size}b}" for size, value in ((4, kind), (4, version), *fields))
    raw = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    assert len(raw) <= 25
    return raw.ljust(25, b"\0")


def altitude(metres):
    return wide(2, 0 if metres is None else round((metres + 1000) * 2))


def degrees(value):
    return wide(4, round(value * 1e7) & 0xFFFFFFFF)


def basic_id(uas_id="1581F5EXERCISE00001", id_type=1, aircraft=2):
    return message(0, (4, id_type), (4, aircraft), *text(20, uas_id))


def location(**given):
    v = {
        "status": 2, "over_ground": 0, "direction": 270, "speed": 12.5, "climb": -1.5, "latitude": 17.9757,
        "longitude": 102.6331, "pressure": 210.0, "altitude": 185.5, "height": 60.0, "vertical": 4,
        "horizontal": 10, "pressure_accuracy": 3, "speed_accuracy": 3, "tenths": 3000, "time_accuracy": 5,
        **given,
    }  # fmt: skip
    west = v["direction"] >= 180
    coarse = v["speed"] > 63.75
    speed = round((v["speed"] - 63.75) / 0.75) if coarse else round(v["speed"] / 0.25)
    return message(
        1, (4, v["status"]), (1, 0), (1, v["over_ground"]), (1, west), (1, coarse),
        (8, v["direction"] - 180 * west), (8, speed), (8, round(v["climb"] * 2) & 255),
        *degrees(v["latitude"]), *degrees(v["longitude"]),
        *altitude(v["pressure"]), *altitude(v["altitude"]), *altitude(v["height"]),
        (4, v["vertical"]), (4, v["horizontal"]), (4, v["pressure_accuracy"]), (4, v["speed_accuracy"]),
        *wide(2, v["tenths"]), (4, 0), (4, v["time_accuracy"]),
    )  # fmt: skip


def authentication_first(data, last=1, length=40, time=100, scheme=1):
    return message(2, (4, scheme), (4, 0), (8, last), (8, length), *wide(4, time), *text(17, data))


def authentication_page(page, data, scheme=1):
    return message(2, (4, scheme), (4, page), *text(23, data))


def self_id(words, kind=0):
    return message(3, (8, kind), *text(23, words))


def system(**given):
    v = {
        "place": 1, "classification": 1, "latitude": 17.97, "longitude": -102.5, "count": 3, "radius": 50,
        "ceiling": 120.0, "floor": None, "category": 1, "class": 2, "altitude": 170.0, "time": 240_000_000,
        **given,
    }  # fmt: skip
    return message(
        4, (3, 0), (3, v["classification"]), (2, v["place"]), *degrees(v["latitude"]),
        *degrees(v["longitude"]), *wide(2, v["count"]), (8, v["radius"] // 10), *altitude(v["ceiling"]),
        *altitude(v["floor"]), (4, v["category"]), (4, v["class"]), *altitude(v["altitude"]),
        *wide(4, v["time"]),
    )  # fmt: skip


def operator_id(words, kind=0):
    return message(5, (8, kind), *text(20, words))


def pack(*messages, size=25, count=None, version=2):
    return bytes([0xF0 | version, size, len(messages) if count is None else count]) + b"".join(messages)
