"""Make corpus/: small inputs from which the fuzzers start.
Usage: make_seeds.py OUTPUT_DIRECTORY

Needs nothing but Python.  The bytes are the same each time.
"""
import base64
import io
import json
import struct
import sys
import zipfile
import zlib
from pathlib import Path

SIZES = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 20,
         "max_position_embeddings": 12, "type_vocab_size": 2, "hidden_act": "gelu"}


def safetensors():
    def file(header, data):
        text = header if isinstance(header, str) else json.dumps(header)
        return struct.pack("<Q", len(text)) + text.encode() + data

    def tensor(dtype, shape, begin, end):
        return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}

    yield "two", file({"__metadata__": {"format": "pt"}, "bert.a": tensor("F32", [2, 2], 0, 16),
                       "embeddings.LayerNorm.gamma": tensor("BF16", [3], 16, 22)}, bytes(range(22)))
    yield "wide", file({"x": tensor("F64", [], 0, 8), "y": tensor("I64", [1, 1], 8, 16), "z": tensor("F16", [0], 16, 16)},
                       bytes(range(16)))
    yield "escapes", file('{"\\u00e9\\ud83d\\ude00\\n": {"dtype":"U8","shape":[1],"data_offsets":[0,1]}}   ', b"x")
    yield "overlap", file({"x": tensor("F32", [1], 0, 4), "y": tensor("F32", [1], 2, 6)}, bytes(6))


def bpe():
    yield "letters", b"abababaab a aba  ab\n it's 12 ab"
    yield "bytes", "caf\u00e9 \u3000\u4e2d\U0001f600 'll".encode()


def pickles():
    def storage(kind, count):
        return b"(U\x07storagectorch\n" + kind + b"\nU\x010U\x03cpuK" + bytes([count]) + b"tQ"

    def tensor(kind, count, shape, stride):
        return (b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage(kind, count) + b"K\x00(" + shape + b"t(" + stride
                + b"t\x89ccollections\nOrderedDict\n)RtR")

    def state(*entries):
        return (b"\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01(" +
                b"".join(b"X" + struct.pack("<I", len(n)) + n + v for n, v in entries) +
                b"u}q\x02U\x09_metadata}sb.")

    plain = state((b"w", tensor(b"FloatStorage", 6, b"K\x02K\x03", b"K\x03K\x01")),
                  (b"v", tensor(b"FloatStorage", 6, b"K\x03", b"K\x02")))
    half = state((b"w", tensor(b"HalfStorage", 6, b"K\x02K\x02", b"K\x01K\x02")))
    parameter = state((b"w", b"ctorch._utils\n_rebuild_parameter\n" + tensor(b"DoubleStorage", 2, b"K\x02", b"K\x01")
                       + b"\x88ccollections\nOrderedDict\n)R\x87R"))
    begin = (b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03."
             b"\x80\x02}(X\x0d\x00\x00\x00little_endian\x88X\x10\x00\x00\x00protocol_versionM\xe9\x03u.")
    keys = b"\x80\x02]q\x00X\x01\x00\x00\x000a."

    def zipped(pickle, data):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as z:
            for name, content in (("r/data.pkl", pickle), ("r/byteorder", b"little"), ("r/data/0", data)):
                z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
        return out.getvalue()

    def entry(name, content, place=None):
        fields = (20, 0, 0, 0, 0x21, zlib.crc32(content), len(content), len(content), len(name), 0)
        if place is None:
            return b"PK\3\4" + struct.pack("<5H3L2H", *fields) + name + content
        return b"PK\1\2" + struct.pack("<6H3L5H2L", 20, *fields, 0, 0, 0, 0, place) + name

    def end(count, start, size, wide):
        record = b"PK\5\6" + struct.pack("<4H2LH", 0, 0, count, count, size, start, 0)
        if not wide:
            return record
        return (b"PK\6\6" + struct.pack("<Q2H2L4Q", 44, 45, 45, 0, 0, count, count, size, start)
                + b"PK\6\7" + struct.pack("<LQL", 0, start + size, 1)
                + b"PK\5\6" + struct.pack("<4H2LH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0))

    def by_hand(entries, shared=(), wide=False):
        """A zip; each name in `shared` lies where the entry of that number does."""
        file, directory, places = b"", b"", []
        for name, content in entries:
            places.append(len(file))
            directory += entry(name, content, places[-1])
            file += entry(name, content)
        for name, other in shared:
            directory += entry(name, entries[other][1], places[other])
        return file + directory + end(len(entries) + len(shared), len(file), len(directory), wide)

    entries = [(b"r/data.pkl", plain), (b"r/data/0", bytes(range(24)))]
    yield "shared-zip", by_hand(entries, shared=[(b"r/data/1", 1)])
    yield "zip64", by_hand(entries, wide=True)
    yield "names-zip", by_hand(entries + [(b"r/../x", b"x"), (b"/y", b"y"), (b"r\\z", b"z")])
    yield "cyclic", b"\x80\x02]q\x00(h\x00}q\x01(U\x01ah\x01U\x01bh\x00u\x85e."
    yield "cyclic-state", b"\x80\x02ccollections\nOrderedDict\n)Rq\x01(U\x01wh\x01u."
    yield "cyclic-zip", zipped(b"\x80\x02ccollections\nOrderedDict\n)Rq\x01(U\x01wh\x01u.", b"")
    for name, pickle, width, count in (("plain", plain, 4, 6), ("half", half, 2, 6), ("parameter", parameter, 8, 2)):
        data = bytes(range(width * count))
        yield name + "-legacy", begin + pickle + keys + struct.pack("<q", count) + data
        yield name + "-zip", zipped(pickle, data)
    yield "values", (b"\x80\x02(K\x01M\x02\x03J\x04\x05\x06\x07\x8a\x02\x08\x09G?\xf0\x00\x00\x00\x00\x00\x00N\x88\x89"
                     b"U\x01ah\x00)]q\x01(h\x01e}(U\x01bK\x02u\x85\x86\x87t.")
    yield "refused", b"\x80\x02cos\nsystem\nU\x04true\x85R."


def tokenizers():
    yield "plain", "The unable, playing!\nthe\nun\n##able\nplay\n##ing\n,\n!".encode()
    yield "accents", "Café e\u0301\u0302 İstanbul ΟΔΟΣ x[MASK]y\ncafe\ne\nistanbul\nοδοσ\nx\ny".encode()
    yield "marks", ("a" + "\u0301\u0316" * 40 + "\u05d0\u05b7\n" + "a\nא").encode()
    yield "scripts", "中文 한글 한 か\u3099 \u200b\u00ad\ufeff\U0001f468\u200d\U0001f469\n中\n文\n한\n##글\nが".encode()
    yield "long", ("a" * 101 + " " + "ab" * 50 + "\nab\n##ab\na\n##a").encode()
    yield "broken", b"a\xc3( \xff\na\n"


def tokenizer_files():
    def file(**parts):
        whole = {"added_tokens": [{"id": 0, "content": "[UNK]", "special": True}],
                 "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "lowercase": True},
                 "pre_tokenizer": {"type": "BertPreTokenizer"},
                 "post_processor": {"type": "BertProcessing", "cls": ["[CLS]", 1], "sep": ["[SEP]", 2]},
                 "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                           "max_input_chars_per_word": 9,
                           "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "the": 3, "cafe": 4, "x": 5, "##x": 6}}}
        return json.dumps(whole | parts).encode()

    yield "plain", file()
    yield "none", file(normalizer=None)
    yield "added", file(added_tokens=[
        {"id": 7, "content": "<l>", "lstrip": True, "rstrip": True}, {"id": 3, "content": "the", "single_word": True},
        {"id": 8, "content": "Caf\u00c9", "normalized": True}, {"id": 9, "content": " \u00ad", "normalized": True}])
    # A map of one rule, e → x: a unit of the root, and at 'e' one with a value behind it.
    units = [0] * 256
    units[0] = 1 << 10
    units[1 ^ ord("e")] = ord("e") | 1 << 8 | 2 << 10
    units[1 ^ ord("e") ^ 2] = 1 << 31 | 0
    trie = b"".join(struct.pack("<I", u) for u in units[:128])
    yield "unigram", file(
        added_tokens=[{"id": 0, "content": "<u>", "special": True}, {"id": 6, "content": "ex", "normalized": True}],
        normalizer={"type": "Precompiled", "precompiled_charsmap": base64.b64encode(struct.pack("<I", len(trie)) + trie + b"x\0").decode()},
        pre_tokenizer={"type": "Sequence", "pretokenizers": [
            {"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always"}]},
        post_processor={"type": "BertProcessing", "cls": ["<u>", 0], "sep": ["<u>", 0]},
        model={"type": "Unigram", "unk_id": 0,
               "vocab": [["<u>", 0], ["\u2581", -2], ["\u2581the", -1.5], ["x", -3], ["xx", -2.5], ["caf", -4]]})
    letters = {chr(c): i for i, c in enumerate(
        [*range(33, 127), *range(161, 173), *range(174, 256), *range(256, 256 + 68)])}
    yield "forms", file(
        added_tokens=[{"id": 256, "content": "[UNK]", "special": True}, {"id": 258, "content": "  ", "normalized": True}],
        normalizer={"type": "Sequence", "normalizers": [
            {"type": "Replace", "pattern": {"Regex": "\\s{2,}|[\\n\\r\\t]"}, "content": " "}, {"type": "NFC"}, {"type": "NFKD"},
            {"type": "Strip", "strip_left": False, "strip_right": True}, {"type": "Prepend", "prepend": "e"}]},
        pre_tokenizer={"type": "ByteLevel", "add_prefix_space": False},
        post_processor={"type": "BertProcessing", "cls": ["[UNK]", 256], "sep": ["[UNK]", 256]},
        model={"type": "BPE", "unk_token": "[UNK]", "vocab": letters | {"[UNK]": 256, "ex": 257}, "merges": ["e x"]})
    yield "dialect", b"\xef\xbb\xbf" + file(padding=float("nan"), truncation=10 ** 30)


def configs():
    yield "sizes", json.dumps(SIZES).encode()
    yield "all", json.dumps(SIZES | {"layer_norm_eps": 1e-12, "hidden_dropout_prob": 0.1, "model_type": "bert",
                                     "pad_token_id": 3, "initializer_range": 0.02, "is_decoder": False,
                                     "attention_probs_dropout_prob": 0, "position_embedding_type": "absolute"}).encode()
    yield "modernbert", json.dumps(SIZES | {
        "model_type": "modernbert", "hidden_activation": "gelu", "local_attention": 4, "pad_token_id": 1, "mlp_dropout": 0.0,
        "layer_types": ["full_attention"],
        "rope_parameters": {"full_attention": {"rope_theta": 160000.0, "rope_type": "default"}}}).encode()
    yield "deberta", json.dumps(SIZES | {
        "model_type": "deberta-v2", "relative_attention": True, "position_buckets": 4, "norm_rel_ebd": "layer_norm",
        "share_att_key": True, "pos_att_type": "p2c|c2p", "position_biased_input": False, "type_vocab_size": 0}).encode()
    yield "tokenizer", json.dumps({"do_lower_case": False, "strip_accents": None, "tokenize_chinese_chars": True,
                                   "never_split": [], "unk_token": {"content": "[UNK]"},
                                   "added_tokens_decoder": {"0": {"content": "[PAD]"}}}).encode()


def resumes():
    def text(content):
        return struct.pack("<Q", len(content)) + content

    def file(done, size, active, loss, results, artefacts):
        return (b"tunescope resume 1\n" + text(b"0123456789abcdef" * 4)
                + struct.pack("<6Q", done, size, active, len(loss), len(results), len(artefacts))
                + bytes(range(12 * size)) + bytes(active) + b"".join(text(c) for c in loss + results)
                + b"".join(text(name) + text(digest) for name, digest in artefacts))

    yield "first", file(0, 3, 2, [], [], [])
    yield "later", file(2, 4, 5, [b"1", b"0.001", b"2.5", b"", b"2", b"0.0005", b"1.25", b"0.75"],
                        [b"0", b"0", b"test", b"1.5", b"0.25"], [(b"c01/config.json", b"ab" * 32)])
    yield "longer", file(1, 1, 1, [b"1"], [], []) + b"x"


def token(*columns):
    return "\t".join(columns) + "\n"


def conllus():
    def word(number, form, upos, head, relation):
        return token(number, form, "_", upos, "_", "_", head, relation, "_", "_")

    yield "plain", ("# sent_id = a\n1-2\tDon't" + "\t_" * 8 + "\n" + word("1", "Do", "AUX", "3", "aux")
                    + word("2", "n't", "PART", "3", "advmod") + word("3", "go", "VERB", "0", "root")
                    + word("3.1", "gone", "X", "_", "_") + "\n# text\n" + word("1", "New York", "_", "2", "obl:tmod")
                    + word("2", "é", "NOUN", "0", "root")).encode()
    yield "licence", ("\ufeff# licence\n\n" + word("1", "_", "SYM", "_", "_") + "  \n\n# end").replace("\n", "\r\n").encode()
    yield "broken", (word("1", "a", "X", "7", "dep") + "\xff\n").encode("latin-1")


def conllulexes():
    def word(number, form, smwe, ss, ss2):
        return token(number, form, *"________", smwe, "_", "_", ss, ss2, *"____")

    yield "plain", (word("1", "Out", "1:1", "p.Source", "p.Source") + word("2", "of", "1:2", "_", "_")
                    + word("3", "to", "_", "p.Recipient", "p.Goal") + word("3.1", "x", "_", "_", "_") + "\n"
                    + word("1", "in", "_", "p.Time", "_")).encode()


def trecs():
    yield "utf-8", "\ufeffLOC:city Wo liegt Köln ?\nHUM:ind Кто ?\n\n".encode()
    yield "latin", "LOC:city Wo liegt Köln ?\r\nHUM:ind\tWer ?\r\n".encode("latin-1")
    yield "windows", b"ENTY:other don\x92t\n"


def tsvs():
    yield "word", b"1\ta b\t0\t1\t\t\tX\n1\ta b\t1\t1\t\t\tY\r\n2\tc\t0\t0\t\t\tX\n"
    yield "pair", b"1\ta b\t0\t0\t1\t1\tX\n2\ta c\t1\t1\t0\t0\tY\n\n"
    yield "sentence", '1\t" a "\t\t\t\t\tX\n2\t"b, c"\t\t\t\t\t"\n3\té"\t\t\t\t\tX\n'.encode()
    yield "header", b"id\tsentence\t\t\t\t\tlabel\n1\t\"a \"\"b\"\"\"\t\t\t\t\t\"X\"\n"


def tables():
    yield "plain", b'layer,label,distance\n0,a,1.5\n1,"a ""b"", c\nd",\n'
    yield "quoted", '\ufeff"a","b"\r\n1,"x"\r\n\r\n'.encode()
    yield "open", b'a\n"b\n'


def arrays():
    def file(version, text, data):
        length = struct.pack("<H" if version == 1 else "<I", len(text))
        return b"\x93NUMPY" + bytes([version, 0]) + length + text.encode() + data

    def header(kind, order, shape):
        return "{'descr': %s, 'fortran_order': %s, 'shape': %s, }  \n" % (kind, order, shape)

    yield "f4", file(1, header("'<f4'", False, (2, 2)), struct.pack("<4f", 0.5, -1, 2, 3))
    yield "f8", file(2, header("'>f8'", True, (2, 3)), struct.pack(">6d", 0.1, 1e300, -0.0, 1, 2, 3))
    yield "f2", file(3, header("'<f2'", True, (1, 3)), struct.pack("<3e", 0.1, 65504, 6e-8))
    yield "object", file(1, header("'|O'", False, (2,)), b"\x80\x04K\x01.")
    yield "record", file(1, header("[('x', '<f4')]", False, (1, 1)), bytes(4))


def distances():
    yield "plain", b"a---b,1.5\na---c,0\nb---c,2e-3\n"
    yield "dashes", b"-LRB------RRB-,1\n-LRB----NN,2\n-RRB----NN,3\n"
    yield "nested", b"a---a---b,1\na---b,2\na---b---b,3\n"
    yield "mixed", b"x, y---z,1\r\nz---a---b,2\r\nNN---z,1\r\n\r\n"


def clusters():
    yield "numbers", b"0\n1\n-1\n7\n7\n2\n3\n0\n"
    yield "labels", "\ufeffa word\tNOUN\n é \n\"q\"\n\n".encode()


def vectors():
    yield "plain", b"0.5 -1e-3\t2\n1 2 3\n  4 5 6  \n\n"
    yield "odd", b"nan inf 0x1p-3\n1e99 1,5 x\n"
    yield from arrays()


def experiments():
    yield "small", (b"[experiment]\ntitle = a ; b\nseed = 7\n[model a]\npath = a\n[task t]\nkind = word\nformat = tsv\n"
                    b"train = \"x ; y.tsv\"\ntest = t.tsv\n[finetune]\nseeds = 1, 2\nlr = 3e-4 ; a comment\n")
    yield "names", ("\ufeff[model \"a ] b\"]\r\nlayers = 2\r\nhidden = 8\r\nheads = 2\r\n[task модель (1)]\r\nkind : pair\r\n"
                    "format = embedded\r\n[cross]\r\nsources = \"модель (1)\"\r\n[probe]\r\n"
                    "grid = 8x8:1e-3,1e-2;16x16:1\r\nlayers = 0, last\r\nkinds = mlp, mdl\r\n").encode()


def manifests():
    def statement(*names):
        subjects = [{"name": n, "digest": {"sha256": "0" * 64}} for n in names]
        return json.dumps({"_type": "https://in-toto.io/Statement/v1", "subject": subjects, "predicateType": "p",
                           "predicate": {"buildDefinition": {"buildType": "b", "externalParameters": {"seed": "1"},
                                                             "resolvedDependencies": subjects},
                                         "runDetails": {"builder": {"id": "i", "version": {"t": "sha256:0"}}}}}).encode()

    yield "sound", statement("prepare/t/train.tsv", "prepare/t/train/layer3.npy")
    yield "astray", statement("prepare/t/../x", "/etc/x", "prepare/t/a/..", "prepare/tt/x")


DIGEST = b"0123456789012345678901234567890123456789012345678901234567890123"


def works():
    def work(phase, clustered, measured, *sections):
        head = b"TSWORK3\0" + bytes(64) + DIGEST + bytes(8) + struct.pack("<14Q", phase, 0, 0, 0, clustered, 2, 0, 0, 0,
                                                                         0, measured, 0, 0, 0)
        return head + b"".join(struct.pack("<Q", len(s)) + s for s in sections)

    none = [b""] * 7
    yield "begun", work(0, 0, 0, b"", b"", b"", b"", *none)
    yield "clustered", work(1, 1, 0, bytes(4), b"", b"", struct.pack("<6I", 0, 0, 0, 1, 1, 1), *none)


def journals():
    def record(task, data):
        h = 14695981039346656037 ^ (task * 1099511628211 % 2**64) ^ len(data)
        for byte in data:
            h = (h ^ byte) * 1099511628211 % 2**64
        return struct.pack("<3Q", task, len(data), h) + data

    yield "two", b"PROBEWK1" + DIGEST + record(1, b"abc") + record(2, b"")
    yield "torn", b"PROBEWK1" + DIGEST + record(1, b"abc") + record(3, b"defgh")[:-2]


def main(out):
    for folder, seeds in (("safetensors", safetensors), ("pickle", pickles), ("tokenizer", tokenizers), ("config", configs),
                          ("tokenizer_json", tokenizer_files), ("bpe", bpe), ("resume", resumes), ("conllu", conllus), ("conllulex", conllulexes), ("trec", trecs),
                          ("tsv", tsvs), ("table", tables), ("npy", arrays), ("distances", distances),
                          ("clusters", clusters), ("vectors", vectors), ("experiment", experiments),
                          ("manifest", manifests), ("work", works), ("journal", journals)):
        (out / folder).mkdir(parents=True, exist_ok=True)
        for name, data in seeds():
            (out / folder / name).write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
