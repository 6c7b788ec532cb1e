"""Make unicode-14.txt: what Python 3.11 (Unicode 14) knows of every character,
as far as the tokenizer asks.  Usage: make_unicode.py > unicode-14.txt

A line is a run of code points of one class: first, last, class.
  U unassigned, C other characters that are dropped, Z white space,
  P punctuation, M accents (Mn), O others
Then, a line each, code points whose lower case, NFC or NFD is not themselves:
  = point, lower, NFC, NFD, each the code points in hexadecimal joined by +
Hangul syllables, whose forms are arithmetic, are left out.
"""
import unicodedata

assert unicodedata.unidata_version == "14.0.0"


def kind(point):
    category = unicodedata.category(chr(point))
    if chr(point) in "\t\n\r":
        return "Z"
    if category == "Cn" and point != 0xFFFD:
        return "U"
    if category[0] == "C" or point == 0xFFFD:
        return "C"
    if category[0] == "P" or 33 <= point <= 126 and not chr(point).isalnum():
        return "P"
    return {"Mn": "M", "Zs": "Z", "Zl": "Z", "Zp": "Z"}.get(category, "O")


def text(string):
    return "+".join(f"{ord(c):x}" for c in string)


points = [p for p in range(0x110000) if not 0xD800 <= p <= 0xDFFF]
first = last = points[0]
for p in points[1:] + [None]:
    if p is None or kind(p) != kind(first) or p != last + 1:
        print(f"{first:x} {last:x} {kind(first)}")
        first = p
    last = p
for p in points:
    c = chr(p)
    forms = c.lower(), unicodedata.normalize("NFC", c), unicodedata.normalize("NFD", c)
    if any(f != c for f in forms) and not 0xAC00 <= p <= 0xD7A3:
        print("=", f"{p:x}", *map(text, forms))
