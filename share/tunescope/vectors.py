"""Write the embeddings of a model of the hub, by transformers and PyTorch, in the layout that
tunescope reads as `vectors`:

    OUT/<state>/<task>/<train|test>/layer<l>.npy (examples, dimensions), labels.txt

Usage: vectors.py MODEL --train T.tsv --test T.tsv --kind word|pair|sentence --out OUT
                  [--state original] [--task task] [--pooling mean|first] [--batch 32] [--device cpu]

MODEL is a folder or a name of the hub; run it once for the original and once for every
checkpoint, whose states are <task>-s<seed>-c01, c02, … in their order (one: c01). A word is
the mean of its pieces, or the first; a pair the two vectors end to end; a sentence the first
piece. A piece belongs to the word that holds its first character other than a space.
"""
import argparse
from pathlib import Path

import numpy as np
import torch
from transformers import AutoModel, AutoTokenizer


def read_examples(path, kind):
    """Sentences as lists of words, and the examples of each: (spans, label)."""
    columns = {"word": 1, "pair": 2, "sentence": 0}[kind]
    sentences, last = [], None
    for number, line in enumerate(Path(path).read_text(encoding="utf-8-sig").splitlines(), 1):
        fields = line.split("\t")
        if len(fields) != 7:
            raise SystemExit(f"{path}:{number}: {len(fields)} columns, expected 7")
        if last != fields[:2]:
            last = fields[:2]
            sentences.append((fields[1].split(" "), []))
        spans = [(int(fields[2 + 2 * i]), int(fields[3 + 2 * i])) for i in range(columns)]
        sentences[-1][1].append((spans, fields[6]))
    return sentences


def encode(tokenizer, words):
    """Ids with the special pieces, and the range of pieces of each word."""
    special = tokenizer("")["input_ids"]
    if len(special) != 2:
        raise SystemExit(f"{len(special)} special pieces around a text, expected 2")
    text, ends, at = " ".join(words), [], 0
    for word in words:
        at += len(word) + 1
        ends.append(at)
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    pieces = [[] for _ in words]
    for piece, (start, _) in zip(encoded["input_ids"], encoded["offset_mapping"]):
        while start < len(text) and text[start] == " ":
            start += 1
        pieces[next((k for k, end in enumerate(ends) if start < end), len(words) - 1)].append(piece)
    ids, ranges = [special[0]], []
    for own in pieces:
        own = own or [tokenizer.unk_token_id]     # a word of which nothing is left
        ranges.append((len(ids), len(ids) + len(own)))
        ids += own
    return ids + [special[1]], ranges


def vector(hidden, ranges, spans, pooling):
    """Of one example, from the rows of its sentence."""
    if not spans:
        return hidden[0]
    parts = []
    for first, last in spans:
        start, end = ranges[first][0], ranges[last][1]
        parts.append(hidden[start] if pooling == "first" else hidden[start:end].mean(0))
    return torch.cat(parts)


def write_part(folder, model, tokenizer, sentences, options):
    layers, labels = None, []
    encoded = [encode(tokenizer, words) for words, _ in sentences]
    for at in range(0, len(sentences), options.batch):
        some = encoded[at:at + options.batch]
        longest = max(len(ids) for ids, _ in some)
        ids = torch.full((len(some), longest), tokenizer.pad_token_id or 0)
        mask = torch.zeros(len(some), longest, dtype=torch.long)
        for i, (own, _) in enumerate(some):
            ids[i, :len(own)], mask[i, :len(own)] = torch.tensor(own), 1
        with torch.no_grad():
            hidden = model(ids.to(options.device), attention_mask=mask.to(options.device),
                           output_hidden_states=True).hidden_states
        layers = layers or [[] for _ in hidden]
        for i, (_, ranges) in enumerate(some):
            for spans, label in sentences[at + i][1]:
                labels.append(label)
                for l, h in enumerate(hidden):
                    layers[l].append(vector(h[i], ranges, spans, options.pooling).float().cpu().numpy())
    folder.mkdir(parents=True, exist_ok=True)
    for l, rows in enumerate(layers):
        np.save(folder / f"layer{l}.npy", np.stack(rows))
    (folder / "labels.txt").write_text("".join(f"{label}\n" for label in labels), encoding="utf-8")
    print(f"{folder}: {len(labels)} examples, {len(layers)} layers")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    for name in ("train", "test", "out"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--kind", required=True, choices=("word", "pair", "sentence"))
    parser.add_argument("--state", default="original")
    parser.add_argument("--task", default="task")
    parser.add_argument("--pooling", default="mean", choices=("mean", "first"))
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    tokenizer = AutoTokenizer.from_pretrained(options.model)
    model = AutoModel.from_pretrained(options.model).eval().to(options.device)
    for part in ("train", "test"):
        sentences = read_examples(getattr(options, part), options.kind)
        write_part(Path(options.out) / options.state / options.task / part, model, tokenizer, sentences, options)


if __name__ == "__main__":
    main()
