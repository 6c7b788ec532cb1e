"""Writes src/text/bert_classes.c: classes of characters as BertNormalizer,
BertPreTokenizer and added tokens of the tokenizers library have them. Its tables
are of several versions of Unicode, all of its own, so they are asked of it, one
character after another.

    python3 tests/text/make_bert_classes.py src/text/bert_classes.c"""

import sys

from tokenizers import AddedToken, Tokenizer, models, normalizers, pre_tokenizers

ALL = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
MARKS_OF_MARKS = [0x340, 0x341, 0x343, 0x344]  # known, and decomposed into others


def normalizer(**on):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**off, **on}).normalize_str


def single_word():
    t = Tokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]"))
    t.add_tokens([AddedToken("\u2603", single_word=True, normalized=False)])
    return lambda c: 1 not in t.encode(c + "\u2603").ids and c != "\u2603"


def classes():
    clean, strip, nfd = normalizer(clean_text=True), normalizer(strip_accents=True), normalizers.NFD().normalize_str
    accents = normalizers.StripAccents().normalize_str
    levels = pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str
    words, glued = pre_tokenizers.BertPreTokenizer().pre_tokenize_str, single_word()
    tests = [
        ("BERT_DROPPED", lambda c: clean("a" + c + "b") == "ab"),
        ("BERT_PUNCTUATION", lambda c: [w for w, _ in words("a" + c + "b")] == ["a", c, "b"]),
        ("BERT_ACCENT", lambda c: strip("a" + c + "b") == "ab"),
        # A mark that is known lets another of a lower class come before it, or
        # goes before one of a higher.
        ("BERT_MARK", lambda c: ord(c) in MARKS_OF_MARKS or nfd("a" + c + "\u0334") == "a\u0334" + c
         or (c != "\u0345" and nfd("a\u0345" + c) == "a" + c + "\u0345") or c == "\u0345"),
        ("BERT_WORD", glued),
        ("BYTE_LEVEL_LETTER", lambda c: len(levels("a" + c)) == 1),
        ("BYTE_LEVEL_NUMBER", lambda c: len(levels("1" + c)) == 1),
        ("BERT_ANY_MARK", lambda c: accents("a" + c + "b") == "ab"),
    ]
    return [(name, {c for c in ALL if test(chr(c))}) for name, test in tests]


def runs(named):
    flags = {}
    for bit, (_, members) in enumerate(named):
        for c in members:
            flags[c] = flags.get(c, 0) | 1 << bit
    out = []
    for c in sorted(flags):
        if out and out[-1][1] == c - 1 and out[-1][2] == flags[c]:
            out[-1][1] = c
        else:
            out.append([c, c, flags[c]])
    return out


def main(path):
    with open(path, "w") as f:
        f.write("/* Made by tests/text/make_bert_classes.py: runs of characters, first to last,\n"
                " * and their classes. */\n#include \"text/bert_classes.h\"\n\n"
                "const struct bert_run bert_runs[] = {\n")
        line = "\t"
        for first, last, flags in runs(classes()):
            item = f"{{ 0x{first:X}, 0x{last:X}, {flags} }},"
            if len(line) + len(item) > 104:
                f.write(line.rstrip() + "\n")
                line = "\t"
            line += item + " "
        f.write(line.rstrip() + "\n};\n\nconst size_t bert_run_count = sizeof bert_runs / sizeof bert_runs[0];\n")


main(sys.argv[1])
