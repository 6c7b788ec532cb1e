"""Make unicode-15.txt: the characters that Unicode 15.0 has and 14.0 has not, by
name.  Usage: make_unicode_names.py > unicode-15.txt

A line is a character in hexadecimal and its name; a run whose names are only
their numbers is one line: first-last, and what they are called.
Needs Python 3.11 (Unicode 14) and ICU 72 (Unicode 15).
"""
import ctypes
import itertools
import unicodedata

assert unicodedata.unidata_version == "14.0.0"
icu = ctypes.CDLL("libicuuc.so.72")


def name(point):
    text, status = ctypes.create_string_buffer(128), ctypes.c_int(0)
    icu.u_charName_72(point, 0, text, 128, ctypes.byref(status))
    assert status.value <= 0
    return text.value.decode()


def is_new(point):
    return unicodedata.category(chr(point)) == "Cn" and icu.u_charType_72(point) != 0


numbered = "CJK UNIFIED IDEOGRAPH"
new = [p for p in range(0x110000) if not 0xD800 <= p <= 0xDFFF and is_new(p)]
for what, run in itertools.groupby(new, lambda p: numbered if name(p).startswith(numbered) else name(p)):
    run = list(run)
    for _, part in itertools.groupby(enumerate(run), lambda pair: pair[1] - pair[0]):
        part = [p for _, p in part]
        print(f"{part[0]:X}-{part[-1]:X} {what}" if what == numbered else f"{part[0]:X} {what}")
