"""Compare `tunescope probe` with scikit-learn's grid search on the same data, in
one run, where scikit-learn is installed.

    sklearn_probe.py TUNESCOPE FOLDER [--grid small] [--rows N] [--fits 2] [--rounds 1] [--streams sklearn]
                     [--epochs 1000]

FOLDER holds train.npy, train-labels.txt, test.npy and test-labels.txt.
scikit-learn runs as it is fastest here: one thread a fit, `--fits` at a time.
The programs take turns, `--rounds` times each, and the fastest of each counts.
Both start from the same weights and see the same batches, unless `--streams
shared`. Prints the times in float32 and float64 (what version 0.22 computed
in), the settings chosen, how the scores differ, and whether the targets are
met: 1.5 times as fast as scikit-learn in float32, 3 times as in float64.
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

try:
    import sklearn
    from sklearn.model_selection import GridSearchCV
    from sklearn.neural_network import MLPClassifier
except ImportError:
    raise SystemExit("sklearn_probe.py: scikit-learn is not installed")

os.environ["PYTHONWARNINGS"] = "ignore"
warnings.simplefilter("ignore")
GRIDS = {"paper": ([32, 64, 128, 256], [10.0**-k for k in range(7, -1, -1)]), "small": ([64, 256], [1e-5, 1e-3, 1e-1])}


def settings(text):
    """The parameter grids of a named grid, or of "HxH:alpha,…;HxH:alpha,…": a
    list, since each pair of sizes has its own alphas."""
    if text in GRIDS:
        sizes, alphas = GRIDS[text]
        return [{"hidden_layer_sizes": [(a, b) for a in sizes for b in sizes], "alpha": alphas}]
    grids, shape = {}, None
    for entry in text.replace(";", ",").split(","):
        sizes, colon, alpha = entry.rpartition(":")
        shape = tuple(map(int, sizes.split("x"))) if colon else shape
        grids.setdefault(shape, []).append(float(alpha))
    return [{"hidden_layer_sizes": [shape], "alpha": alphas} for shape, alphas in grids.items()]


def cut(folder, rows, place):
    """The first rows of the training part, where not all are wanted."""
    x = np.load(folder / "train.npy")
    y = np.array((folder / "train-labels.txt").read_text(encoding="utf-8").split("\n")[:-1])
    rows = rows or len(y)
    np.save(place / "train.npy", np.ascontiguousarray(x[:rows], np.float32))
    (place / "train-labels.txt").write_text("".join(f"{label}\n" for label in y[:rows]), encoding="utf-8")
    return x[:rows].astype(np.float32), y[:rows]


def ours(options, place, name):
    out = place / "out"
    command = [options.tunescope, "probe", "--train", place / "train.npy", "--train-labels", place / "train-labels.txt",
               "--test", options.folder / "test.npy", "--test-labels", options.folder / "test-labels.txt", "--out", out,
               "--grid", options.grid, "--runs", "1", "--seed", "1", "--streams", options.streams,
               "--threads", str(options.fits), "--max-iter", str(options.epochs), *["--float64"] * (name == "float64")]
    start = time.perf_counter()
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - start
    with open(out / "selection.csv", encoding="utf-8") as f:
        scores = list(csv.DictReader(f))
    with open(out / "accuracy.csv", encoding="utf-8") as f:
        run = next(csv.DictReader(f))
    return seconds, scores, ((int(run["hidden1"]), int(run["hidden2"])), float(run["alpha"])), run


def theirs(options, x, y):
    search = GridSearchCV(MLPClassifier(max_iter=options.epochs, random_state=1), settings(options.grid), cv=5,
                          n_jobs=options.fits)
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
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--streams", choices=["shared", "sklearn"], default="sklearn")
    options = parser.parse_args()
    best = {}
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        x, y = cut(options.folder, options.rows, place)
        print(f"{x.shape[0]} x {x.shape[1]}, {len(set(y))} labels, grid {options.grid}, {options.fits} threads")
        for name in ["float32", "float64"] * options.rounds:
            for program, result in [("tunescope", ours(options, place, name)),
                                    ("scikit-learn", theirs(options, x.astype(name), y))]:
                if (program, name) not in best or result[0] < best[program, name][0]:
                    best[program, name] = result
    for name in ["float32", "float64"]:
        seconds, scores, choice, run = best["tunescope", name]
        took, search = best["scikit-learn", name]
        found = (search.best_params_["hidden_layer_sizes"], search.best_params_["alpha"])
        print(f"{name}: tunescope            {seconds:8.1f} s, {choice}, test {float(run['test']):.4f}")
        print(f"{name}: scikit-learn {sklearn.__version__:7} {took:8.1f} s, {found}; {compare(scores, search)}")
    for name, target in [("float32", 1.5), ("float64", 3)]:
        ratio = best["scikit-learn", name][0] / best["tunescope", "float32"][0]
        print(f"tunescope's float32 against scikit-learn's {name}: {ratio:.2f} times as fast, target {target}: "
              + ("met" if ratio >= target else "missed"))


if __name__ == "__main__":
    main()
