"""The work of bench/encoder.c in PyTorch, as a user would run it: padded batches
of 32 sentences, shuffled, or of like length (sorted), in plain float32, or of like
length with products in bfloat16 (bfloat16: autocast).  Runs of the two alternate, and
the ratio of their real tokens a second is printed; ours are float32 throughout.

Usage: bench/pytorch_encoder.py [--sizes tiny,mini,...] [--families bert,...]
           [--orders shuffled,sorted,bfloat16] [--threads 2] [--seconds 5] [--rounds 3] [--json]
Needs PyTorch and transformers; says so, and ends well, where they are missing.
"""
import argparse
import itertools
import json
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

SIZES = {"tiny": (2, 2, 128), "mini": (4, 4, 256), "small": (4, 8, 512), "medium": (8, 8, 512),
         "base": (12, 12, 768)}
PROGRAM = Path(__file__).resolve().parent.parent / "build" / "bench" / "encoder"
BATCH, LABELS, VOCABULARY = 32, 17, 30522

try:
    import torch
    from transformers import AutoConfig, AutoModel, logging
except ImportError as missing:
    print(f"PyTorch is not here ({missing}): nothing to compare with")
    sys.exit(0)


def batches(lengths, order_name, seed):
    """Padded ids, mask, and for each word its row in the flattened batch."""
    order, generator = list(range(len(lengths))), random.Random(seed)
    generator.shuffle(order)
    if order_name != "shuffled":
        order.sort(key=lambda i: lengths[i])
    starts = list(range(0, len(order) - BATCH + 1, BATCH))
    generator.shuffle(starts)
    for start in starts:
        chosen = [lengths[i] for i in order[start:start + BATCH]]
        longest = max(chosen)
        ids = torch.zeros(BATCH, longest, dtype=torch.long)
        mask = torch.zeros(BATCH, longest, dtype=torch.long)
        rows = []
        for i, n in enumerate(chosen):
            ids[i, :n] = torch.randint(999, 9000, (n,))
            ids[i, 0], ids[i, n - 1] = 101, 102
            mask[i, :n] = 1
            rows += range(i * longest + 1, i * longest + n - 1)
        yield ids, mask, torch.tensor(rows), sum(chosen)


def model_of(size, family):
    """The encoder that bench/encoder.c has under the same name."""
    layers, heads, hidden = SIZES[size]
    torch.manual_seed(1)
    settings = dict(vocab_size=VOCABULARY, hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=heads,
                    intermediate_size=4 * hidden, max_position_embeddings=514, pad_token_id=0)
    if family == "distilbert":
        settings = dict(vocab_size=VOCABULARY, dim=hidden, n_layers=layers, n_heads=heads, hidden_dim=4 * hidden)
    elif family in ("albert", "electra"):
        settings["embedding_size"] = hidden // 2
    elif family in ("roberta", "camembert", "xlm-roberta", "mpnet"):
        settings["pad_token_id"] = 1
    elif family == "modernbert":
        settings.update(intermediate_size=8 * hidden // 48 * 16, embedding_dropout=0.1, attention_dropout=0.1,
                        mlp_dropout=0.1)
    elif family == "deberta-v2":
        settings.update(relative_attention=True, position_buckets=256, norm_rel_ebd="layer_norm", share_att_key=True,
                        pos_att_type=["p2c", "c2p"], position_biased_input=False, type_vocab_size=0)
    model = AutoModel.from_config(AutoConfig.for_model(family, **settings))
    model.pooler = None
    return model, torch.nn.Linear(hidden, LABELS)


def precision(order):
    return torch.autocast("cpu", torch.bfloat16, enabled=order == "bfloat16")


def endless(lengths, order):
    seed = 0
    while True:
        yield from batches(lengths, order, seed)
        seed += 1


def finetune_rate(size, family, lengths, order, seconds):
    model, head = model_of(size, family)
    parameters = [p for p in [*model.parameters(), *head.parameters()] if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=1e-5, weight_decay=0.0)
    drop, tokens, start = torch.nn.Dropout(0.1), 0, 0.0
    model.train()
    for step, (ids, mask, rows, real) in enumerate(endless(lengths, order)):
        if step == 2:
            start = time.perf_counter()
        with precision(order):
            hidden = model(ids, attention_mask=mask).last_hidden_state
            scores = head(drop(hidden.flatten(0, 1)[rows]))
        loss = torch.nn.functional.cross_entropy(scores.float(), torch.randint(LABELS, (len(rows),)))
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        tokens += real if step >= 2 else 0
        if step >= 3 and time.perf_counter() - start > seconds:
            return tokens / (time.perf_counter() - start)


def extract_rate(size, family, lengths, order, seconds):
    model, _ = model_of(size, family)
    model.eval()
    tokens, start = 0, 0.0
    with torch.no_grad(), precision(order):
        for step, (ids, mask, _, real) in enumerate(endless(lengths, order)):
            if step == 2:
                start = time.perf_counter()
            model(ids, attention_mask=mask, output_hidden_states=True)
            tokens += real if step >= 2 else 0
            if step >= 3 and time.perf_counter() - start > seconds:
                return tokens / (time.perf_counter() - start)


def ours(size, family, threads, seconds):
    out = subprocess.run([str(PROGRAM), "--sizes", size, "--families", family, "--threads", str(threads),
                          "--seconds", str(seconds), "--json"], check=True, capture_output=True, text=True).stdout
    return json.loads(out)[0]


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", default=",".join(SIZES))
    options.add_argument("--families", default="bert")
    options.add_argument("--orders", default="shuffled,sorted,bfloat16")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--seconds", type=float, default=5.0)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--json", action="store_true")
    options = options.parse_args()
    if not PROGRAM.exists():
        sys.exit(f"{PROGRAM}: not there; run make bench first")
    torch.set_num_threads(options.threads)
    logging.set_verbosity_error()
    lengths = [int(n) for n in subprocess.run([str(PROGRAM), "--lengths"], check=True, capture_output=True,
                                              text=True).stdout.split()]
    results = []
    if not options.json:
        print(f"PyTorch {torch.__version__}, {options.threads} threads, {options.rounds} alternating runs; "
              "real tokens a second, medians")
        print(f"{'':30} {'fine-tune':>10} {'PyTorch':>9} {'ratio':>6}   {'extract':>9} {'PyTorch':>9} {'ratio':>6}")
    for size, family, order in itertools.product(*(o.split(",") for o in (options.sizes, options.families, options.orders))):
        runs = {"finetune": ([], []), "extract": ([], [])}
        for _ in range(options.rounds):
            own = ours(size, family, options.threads, options.seconds)
            for kind, rate in (("finetune", finetune_rate), ("extract", extract_rate)):
                runs[kind][0].append(own[kind + "_tokens"])
                runs[kind][1].append(rate(size, family, lengths, order, options.seconds))
        row = {"size": size, "family": family, "order": order}
        for kind, (a, b) in runs.items():
            row[kind] = {"ours": statistics.median(a), "pytorch": statistics.median(b),
                         "ratio": statistics.median(x / y for x, y in zip(a, b))}
        results.append(row)
        if not options.json:
            f, e = row["finetune"], row["extract"]
            print(f"{size:8} {family:12} {order:8} {f['ours']:10.0f} {f['pytorch']:9.0f} {f['ratio']:5.2f}x   "
                  f"{e['ours']:9.0f} {e['pytorch']:9.0f} {e['ratio']:5.2f}x", flush=True)
    if options.json:
        json.dump(results, sys.stdout, indent=1)
        print()


if __name__ == "__main__":
    main()
