"""Compare `tunescope probe` with scikit-learn's grid search on the same data, in
one run, where scikit-learn is installed.

    sklearn_probe.py TUNESCOPE FOLDER [--grid small] [--rows N] [--float64] [--fits 2] [--streams sklearn] [--epochs 1000]

FOLDER holds train.npy, train-labels.txt, test.npy and test-labels.txt.
scikit-learn runs as it is fastest here: one thread a fit, `--fits` at a time.
With `--float64` it runs in float64 as well, which is what version 0.22 computed in.
Prints the times, the chosen settings and how the scores differ; with `--streams
sklearn` both start from the same weights and see the same batches.
"""
import os

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import argparse
import csv
import subprocess
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier

os.environ["PYTHONWARNINGS"] = "ignore"
warnings.simplefilter("ignore")
GRIDS = {"paper": ([32, 64, 128, 256], [10.0**-k for k in range(7, -1, -1)]), "small": ([64, 256], [1e-5, 1e-3, 1e-1])}


def settings(text):
    """Hidden sizes and alphas of a named grid, or of "HxH:alpha,…"."""
    if text in GRIDS:
        sizes, alphas = GRIDS[text]
        return [(a, b) for a in sizes for b in sizes], alphas
    entries = [entry.split(":") for entry in text.split(";")]
    return [tuple(map(int, shape.split("x"))) for shape, _ in entries], [float(a) for a in entries[0][1].split(",")]


def cut(folder, rows, place):
    """The first rows of the training part, where not all are wanted."""
    x = np.load(folder / "train.npy")
    y = np.array((folder / "train-labels.txt").read_text(encoding="utf-8").split("\n")[:-1])
    rows = rows or len(y)
    np.save(place / "train.npy", np.ascontiguousarray(x[:rows], np.float32))
    (place / "train-labels.txt").write_text("".join(f"{label}\n" for label in y[:rows]), encoding="utf-8")
    return x[:rows].astype(np.float32), y[:rows]


def ours(options, place):
    out = place / "out"
    command = [options.tunescope, "probe", "--train", place / "train.npy", "--train-labels", place / "train-labels.txt",
               "--test", options.folder / "test.npy", "--test-labels", options.folder / "test-labels.txt", "--out", out,
               "--grid", options.grid, "--runs", "1", "--seed", "1", "--streams", options.streams,
               "--threads", str(options.fits), "--max-iter", str(options.epochs)]
    start = time.perf_counter()
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    with open(out / "selection.csv", encoding="utf-8") as f:
        scores = list(csv.DictReader(f))
    with open(out / "accuracy.csv", encoding="utf-8") as f:
        run = next(csv.DictReader(f))
    return seconds, scores, ((int(run["hidden1"]), int(run["hidden2"])), float(run["alpha"])), run


def theirs(options, x, y):
    shapes, alphas = settings(options.grid)
    search = GridSearchCV(MLPClassifier(max_iter=options.epochs, random_state=1),
                          {"hidden_layer_sizes": shapes, "alpha": alphas}, cv=5, n_jobs=options.fits)
    start = time.perf_counter()
    search.fit(x, y)
    return time.perf_counter() - start, search


def compare(scores, search):
    results, mean = search.cv_results_, {}
    for row in scores:
        mean.setdefault((int(row["hidden1"]), int(row["hidden2"]), float(row["alpha"])), []).append(float(row["score"]))
    at = {(*p["hidden_layer_sizes"], p["alpha"]): i for i, p in enumerate(results["params"])}
    gaps = [abs(np.mean(s) - results["mean_test_score"][at[k]]) for k, s in mean.items()]
    equal = sum(s[f] == results[f"split{f}_test_score"][at[k]] for k, s in mean.items() for f in range(5))
    return f"mean scores differ by {np.mean(gaps):.4f}, at most {max(gaps):.4f}; {equal} of {5 * len(at)} equal"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tunescope", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--grid", default="small")
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--fits", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=1000)
    parser.add_argument("--float64", action="store_true")
    parser.add_argument("--streams", choices=["shared", "sklearn"], default="shared")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        x, y = cut(options.folder, options.rows, place)
        print(f"{x.shape[0]} x {x.shape[1]}, {len(set(y))} labels, grid {options.grid}, {options.fits} threads")
        seconds, scores, choice, run = ours(options, place)
    print(f"tunescope, float32            {seconds:8.1f} s, {choice}, test {float(run['test']):.4f}", flush=True)
    for name in ["float32"] + ["float64"] * options.float64:
        took, search = theirs(options, x.astype(name), y)
        best = (search.best_params_["hidden_layer_sizes"], search.best_params_["alpha"])
        print(f"scikit-learn {sklearn.__version__:7}, {name} {took:8.1f} s, {best}; {took / seconds:.2f} times as long; "
              + compare(scores, search), flush=True)


if __name__ == "__main__":
    main()
