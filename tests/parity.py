"""Compares the programs in build/ with transformers: pieces, hidden states of
random and of real weights, a curve of fine-tuning, and what was written.

Usage: tests/parity.py [--program build/bin/tunescope] [tokenizer] [random] [finetune]
MODELS, DATA and FIXTURES_SHARED say where checkpoints, data and reference
values lie; what is not there is left out, and said so.  A line for each check,
with its number; exit status 1 if one fails.
Needs PyTorch and transformers; says so, and ends well, where they are missing.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

try:
    import numpy
    import torch
    from safetensors.torch import load_file, save_file
    from transformers import AutoModel, AutoModelForTokenClassification, BertConfig, BertModel
    from transformers.utils import logging
    try:
        from transformers.models.bert.tokenization_bert_legacy import BertTokenizerLegacy as SlowTokenizer
    except ImportError:
        from transformers import BertTokenizer as SlowTokenizer
except ImportError as missing:
    print(f"PyTorch or transformers is not here ({missing}): nothing to compare with")
    sys.exit(0)

HERE = Path(__file__).resolve().parent
SIZES = {"tiny": (2, 2, 128), "mini": (4, 4, 256), "small": (4, 8, 512), "medium": (8, 8, 512), "base": (12, 12, 768)}
failures = []


def place(variable, usual):
    path = Path(os.environ.get(variable) or HERE.parent / "../shared" / usual)
    return path if path.is_dir() else None


def check(what, number, most):
    good = number <= most
    print(f"{'ok  ' if good else 'FAIL'}  {what}: {number:.3g}, at most {most:g}", flush=True)
    if not good:
        failures.append(what)


def run(program, *arguments, text=None):
    done = subprocess.run([program, *map(str, arguments)], input=text, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, arguments))}: exit status {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def distance(x, y):
    return float(numpy.linalg.norm(x.astype("f8") - y) / numpy.linalg.norm(y.astype("f8")))


# Tokenizer

def conllu_texts(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# text ="):
            yield line[8:].strip()
        elif line and not line.startswith("#"):
            yield line.split("\t")[1]


def data_texts(data):
    texts = []
    for path in sorted(data.glob("*/*.conllu")) + sorted(data.glob("*/*.conllulex")):
        texts += conllu_texts(path)
    for path in sorted(data.glob("trec/*.label")):
        texts += path.read_text(encoding="iso-8859-1").split("\n")
    return sorted(set(texts))


def vocabulary_model(folder, vocabulary, lower):
    folder.mkdir()
    shutil.copy(vocabulary, folder / "vocab.txt")
    (folder / "tokenizer_config.json").write_text(json.dumps({"do_lower_case": lower}))
    return folder


def lowered(slow, text):
    """Character by character, special tokens left alone, as the slow tokenizer of version 4 begins and that of version 5
    does not: so a capital sigma never becomes a final one."""
    pattern = "(" + "|".join(map(re.escape, slow.all_special_tokens)) + ")|(.+?)"
    return re.sub(pattern, lambda m: m[1] or m[2].lower(), text)


def compare_pieces(program, model, texts, lower, what):
    theirs = SlowTokenizer(str(model / "vocab.txt"), do_lower_case=lower)
    ours = run(program, "tokenize", "--model", model, text=("\n".join(texts) + "\n").encode()).decode().split("\n")
    expected = [" ".join(theirs.tokenize(lowered(theirs, text) if lower else text)) for text in texts]
    differing = [i for i, e in enumerate(expected) if ours[i] != e]
    for i in differing[:5]:
        print(f"      {texts[i]!r}: {ours[i]!r}, expected {expected[i]!r}")
    check(f"{what}, {'uncased' if lower else 'cased'}, {len(texts)} texts: texts cut otherwise", len(differing), 0)


def tokenizer(program, work, models, data, shared):
    hostile = [row["text"] for row in json.loads((HERE / "fixtures/tokenizer/hostile.json").read_text())
               if "\n" not in row["text"]]
    for lower in True, False:
        model = vocabulary_model(work / f"hostile-{lower}", HERE / "fixtures/tokenizer/vocab.txt", lower)
        compare_pieces(program, model, hostile, lower, "hostile strings")
        if models is None:
            continue
        model = vocabulary_model(work / f"vocabulary-{lower}", models / "all-minilm-l6-v2/vocab.txt", lower)
        compare_pieces(program, model, hostile, lower, "hostile strings, real vocabulary")
        if data is not None:
            compare_pieces(program, model, data_texts(data), lower, "words and texts of the data")


# Hidden states

def their_states(model, vocabulary, pieces):
    """pieces: [[piece, …], …] of lines, [CLS] and [SEP] included; an array a layer, lines end to end."""
    layers = []
    with torch.no_grad():
        for line in pieces:
            states = model(input_ids=torch.tensor([[vocabulary[p] for p in line]]), output_hidden_states=True)
            layers.append([s[0].numpy() for s in states.hidden_states])
    return [numpy.concatenate(states) for states in zip(*layers)]


def read_pieces(path):
    lines = {}
    for row in path.read_text(encoding="utf-8").split("\n")[:-1]:
        number, _, piece = row.split("\t")
        lines.setdefault(int(number), []).append(piece)
    return list(lines.values())


def compare_states(program, work, directory, model, lines, what):
    out = work / "encoded"
    shutil.rmtree(out, ignore_errors=True)
    run(program, "encode", "--model", directory, "--out", out, text=lines)
    names = (directory / "vocab.txt").read_text(encoding="utf-8").split("\n")
    theirs = their_states(model.eval(), {p: i for i, p in enumerate(names)}, read_pieces(out / "pieces.tsv"))
    worst = max(distance(numpy.load(out / f"layer{i}.npy"), states) for i, states in enumerate(theirs))
    check(f"hidden states, {what}, {len(theirs)} layers: largest relative difference", worst, 1e-5)


def random_weights(program, work, models, data, shared):
    if models is None or shared is None:
        print("left out: hidden states (no models or no reference values)")
        return
    real, lines = models / "all-minilm-l6-v2", (shared / "minilm-pud/lines.txt").read_bytes()
    compare_states(program, work, real, AutoModel.from_pretrained(real, attn_implementation="eager"), lines, "real checkpoint")
    for size, (layers, heads, hidden) in SIZES.items():
        torch.manual_seed(7)
        model = BertModel(BertConfig(vocab_size=30522, hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
                                     intermediate_size=4 * hidden, attn_implementation="eager"))
        directory = work / size
        model.save_pretrained(directory)
        shutil.copy(real / "vocab.txt", directory)
        (directory / "tokenizer_config.json").write_text('{"do_lower_case": true}')
        compare_states(program, work, directory, model, lines, f"random {size}")


# Fine-tuning

def curve(path):
    return [float(row.split(",")[2]) for row in path.read_text().split()[1:]]


def with_head(work, real, shared):
    directory = work / "with-head"
    shutil.copytree(real, directory, copy_function=shutil.copyfile)
    tensors = load_file(real / "model.safetensors")
    for part in "weight", "bias":
        tensors[f"classifier.{part}"] = torch.from_numpy(numpy.load(shared / f"minilm-pud/classifier.{part}.npy"))
    save_file(tensors, directory / "model.safetensors", metadata={"format": "pt"})
    return directory


def one_piece_words(train, slow, limit):
    """(words of the sentence, the word's place, the example's row)"""
    for row, line in enumerate(train.read_text(encoding="utf-8").split("\n")[:limit]):
        columns = line.split("\t")
        words = columns[1].split(" ")
        if columns[2] == columns[3] and len(slow.tokenize(words[int(columns[2])])) == 1:
            yield words, int(columns[2]), row


def compare_labels(program, work, directory, model, train):
    """Labels that our embeddings and the written head give, and transformers' logits."""
    out, slow = work / "extracted", SlowTokenizer(str(directory / "vocab.txt"))
    run(program, "extract", "--model", directory, "--examples", train, "--kind", "word", "--layers", "last", "--out", out)
    head = load_file(directory / "model.safetensors")
    embeddings = numpy.load(next(out.glob("layer*.npy")))
    scores = embeddings @ head["classifier.weight"].numpy().T + head["classifier.bias"].numpy()
    names = json.loads((directory / "config.json").read_text())["id2label"]
    gold = (out / "labels.txt").read_text().split("\n")
    right = numpy.mean([names[str(s.argmax())] == label for s, label in zip(scores, gold)])
    told = [row.split(",") for row in (directory.parent / "eval.csv").read_text().split()][-1]
    check("accuracy of the written model: difference to eval.csv", abs(right - float(told[4])), 1e-12)
    logits, differing, count = {}, 0, 0
    for words, at, row in one_piece_words(train, slow, 2000):
        pieces = [slow.tokenize(w) or ["[UNK]"] for w in words]
        key = " ".join(words)
        if key not in logits:
            ids = slow.convert_tokens_to_ids(["[CLS]"] + sum(pieces, []) + ["[SEP]"])
            with torch.no_grad():
                logits[key] = model(input_ids=torch.tensor([ids])).logits[0].numpy()
        their = logits[key][1 + sum(map(len, pieces[:at]))].argmax()
        differing += int(their != scores[row].argmax())
        count += 1
    check(f"labels of {count} words of one piece: differing", differing, 0)


def finetune(program, work, models, data, shared):
    if models is None or shared is None:
        print("left out: fine-tuning (no models or no reference values)")
        return
    train, out = shared / "minilm-pud/train.tsv", work / "finetuned"
    run(program, "finetune", "--model", with_head(work, models / "all-minilm-l6-v2", shared), "--train", train, "--test", train,
        "--kind", "word", "--out", out, "--epochs", 10, "--batch", 32, "--lr", 3e-4, "--warmup", 0.1, "--dropout", 0,
        "--order", "sequential")
    expected = curve(shared / "minilm-pud/loss.csv")
    ours = curve(out / "loss.csv")
    check(f"losses of {len(expected)} steps: largest difference", max(abs(a - b) for a, b in zip(ours, expected)), 1e-5)
    directory = out / "c01"
    model, info = AutoModelForTokenClassification.from_pretrained(directory, output_loading_info=True, attn_implementation="eager")
    check("fine-tuned pos model as a token classifier: tensors missing, renamed or of another shape",
          sum(len(info[k]) for k in ("missing_keys", "unexpected_keys", "mismatched_keys")), 0)
    _, info = AutoModel.from_pretrained(directory, add_pooling_layer=False, output_loading_info=True)
    check("the same as a plain encoder: tensors missing", len(info["missing_keys"]), 0)
    compare_states(program, work, directory, model.bert, (shared / "minilm-pud/lines.txt").read_bytes(), "fine-tuned")
    compare_labels(program, work, directory, model.eval(), train)


def main():
    parts = {"tokenizer": tokenizer, "random": random_weights, "finetune": finetune}
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", default=HERE.parent / "build/bin/tunescope")
    parser.add_argument("parts", nargs="*", choices=[*parts, []], default=[])
    asked = parser.parse_args()
    where = place("MODELS", "models"), place("DATA", "data"), place("FIXTURES_SHARED", "fixtures")
    torch.set_num_threads(2)
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    with tempfile.TemporaryDirectory(prefix="tunescope-parity-") as work:
        for name in asked.parts or parts:
            parts[name](asked.program, Path(work), *where)
    print(f"{len(failures)} checks failed" if failures else "all checks passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
