"""Make corpus/: small inputs from which the fuzzers start.
Usage: make_seeds.py OUTPUT_DIRECTORY

Needs nothing but Python.  The bytes are the same each time.
"""
import io
import json
import struct
import sys
import zipfile
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


def configs():
    yield "sizes", json.dumps(SIZES).encode()
    yield "all", json.dumps(SIZES | {"layer_norm_eps": 1e-12, "hidden_dropout_prob": 0.1, "model_type": "bert",
                                     "pad_token_id": 3, "initializer_range": 0.02, "is_decoder": False,
                                     "attention_probs_dropout_prob": 0, "position_embedding_type": "absolute"}).encode()
    yield "tokenizer", json.dumps({"do_lower_case": False, "strip_accents": None, "tokenize_chinese_chars": True,
                                   "never_split": [], "unk_token": {"content": "[UNK]"},
                                   "added_tokens_decoder": {"0": {"content": "[PAD]"}}}).encode()


def main(out):
    for folder, seeds in (("safetensors", safetensors), ("pickle", pickles), ("tokenizer", tokenizers), ("config", configs)):
        (out / folder).mkdir(parents=True, exist_ok=True)
        for name, data in seeds():
            (out / folder / name).write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
