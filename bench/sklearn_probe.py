"""Compare `tunescope probe` with scikit-learn's grid search on the same data, in
one run, where scikit-learn is installed.

    sklearn_probe.py TUNESCOPE FOLDER [options]
    sklearn_probe.py TUNESCOPE --train E.npy --labels L.txt [--test E.npy --test-labels L.txt] [options]

FOLDER holds train.npy, train-labels.txt, test.npy and test-labels.txt. Without a
test part the probes are tested on the training part. Options:

    --grid paper|small|HxH:alpha,…;…   (paper: 128 settings, hours)
    --rows N      the first N training examples
    --fits N      fits at a time (2)
    --types float32,float64
    --streams shared,sklearn
    --epochs N    at most, for each fit (1000)
    --rounds N    the programs take turns, N times each, and the fastest counts (1)

Selection is by 5-fold cross-validation, and the chosen setting is trained once
more. scikit-learn runs as it is fastest here: one thread a fit, `--fits` at a
time. With the streams `sklearn` tunescope starts from scikit-learn's weights and
sees its batches, so that scores can be compared one by one; `shared` is how it
runs by itself. The limit is numpy's OpenBLAS on products of (800, 768) and
(768, 3072), as many at a time as fits, each in one thread: the fastest of what is
measured before each program's turn. The speeds beside it count the
multiplications and additions of scikit-learn's epochs, which tunescope's are with
the streams `sklearn`, and nearly with `shared`.

Targets: 1.5 times as fast as scikit-learn in float32 and 3 times as in float64,
which version 0.22 computed in; 70 % of the limit.
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
from concurrent.futures import ThreadPoolExecutor
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
FOLDS = 5
GRIDS = {"paper": ([32, 64, 128, 256], [10.0**-k for k in range(7, -1, -1)]), "small": ([64, 256], [1e-5, 1e-3, 1e-1])}


def read_grid(text):
    """The settings of a grid, ((hidden1, hidden2), alpha), in tunescope's order:
    alphas outermost, both by first appearance."""
    if text in GRIDS:
        sizes, alphas = GRIDS[text]
        return [((a, b), alpha) for alpha in alphas for a in sizes for b in sizes]
    settings, shape = [], None
    for entry in text.replace(";", ",").split(","):
        sizes, colon, alpha = entry.rpartition(":")
        shape = tuple(map(int, sizes.split("x"))) if colon else shape
        settings.append((shape, float(alpha)))
    shapes, alphas = [s for s, _ in settings], [a for _, a in settings]
    return sorted(settings, key=lambda s: (alphas.index(s[1]), shapes.index(s[0])))


def read_labels(path):
    return np.array(path.read_text(encoding="utf-8").split("\n")[:-1])


def limit_measure(name, fits):
    """GFLOP/s of `fits` threads together, the best of several."""
    m, k, n, times = 800, 768, 3072, 8
    work = [(np.ones((m, k), name), np.ones((k, n), name), np.empty((m, n), name)) for _ in range(fits)]

    def multiply(arrays):
        for _ in range(times):
            np.matmul(arrays[0], arrays[1], out=arrays[2])

    best = 0
    with ThreadPoolExecutor(fits) as pool:
        for _ in range(6):
            start = time.perf_counter()
            list(pool.map(multiply, work))
            best = max(best, 2e-9 * m * k * n * times * fits / (time.perf_counter() - start))
    return best


def right(estimator, x, y):
    return estimator.score(x, y)


def epochs(estimator, x, y):
    return estimator.n_iter_


def epoch_operations(shape, examples, width, labels):
    """Multiplications and additions: each weight takes part in two products, and
    in a third where there is a layer below."""
    a, b = shape
    outputs = labels if labels > 2 else 1
    return 2 * examples * (2 * width * a + 3 * a * b + 3 * b * outputs)


class Outcome:
    """A grid search: seconds, {setting: scores of the folds}, choice, test accuracy."""

    def __init__(self, seconds, scores, choice, test):
        self.seconds, self.scores, self.choice, self.test = seconds, scores, choice, test


def ours(options, files, place, name, streams):
    out = place / "out"
    command = [options.tunescope, "probe", "--out", out, "--grid", options.grid, "--runs", "1", "--seed", "1",
               "--streams", streams, "--threads", options.fits, "--max-iter", options.epochs,
               *["--float64"] * (name == "float64")]
    for option, path in files.items():
        command += [f"--{option}", path]
    start = time.perf_counter()
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)
    seconds, scores = time.perf_counter() - start, {}
    with open(out / "selection.csv", encoding="utf-8") as f:
        for row in csv.DictReader(f):
            setting = ((int(row["hidden1"]), int(row["hidden2"])), float(row["alpha"]))
            scores.setdefault(setting, []).append(float(row["score"]))
    with open(out / "accuracy.csv", encoding="utf-8") as f:
        run = next(csv.DictReader(f))
    choice = ((int(run["hidden1"]), int(run["hidden2"])), float(run["alpha"]))
    return Outcome(seconds, scores, choice, float(run["test"]))


def theirs(options, settings, train, test, name):
    grid = [{"hidden_layer_sizes": [shape], "alpha": [alpha]} for shape, alpha in settings]
    search = GridSearchCV(MLPClassifier(max_iter=options.epochs, random_state=1), grid, cv=FOLDS, n_jobs=options.fits,
                          scoring={"score": right, "epochs": epochs}, refit="score")
    x = train[0].astype(name)
    start = time.perf_counter()
    search.fit(x, train[1])
    seconds, results = time.perf_counter() - start, search.cv_results_
    scores = {s: [results[f"split{f}_test_score"][i] for f in range(FOLDS)] for i, s in enumerate(settings)}
    outcome = Outcome(seconds, scores, settings[search.best_index_], search.score(test[0].astype(name), test[1]))
    labels, examples = len(set(train[1])), len(train[1])
    outcome.epochs = [int(results[f"split{f}_test_epochs"][i]) for i in range(len(settings)) for f in range(FOLDS)]
    outcome.operations = search.best_estimator_.n_iter_ * epoch_operations(
        outcome.choice[0], examples, x.shape[1], labels)
    for i, (shape, _) in enumerate(settings):
        one = epoch_operations(shape, examples * (FOLDS - 1) / FOLDS, x.shape[1], labels)
        outcome.operations += one * sum(outcome.epochs[i * FOLDS:(i + 1) * FOLDS])
    return outcome


def compare(a, b):
    """How the scores of two searches differ."""
    gaps = [abs(np.mean(a.scores[s]) - np.mean(b.scores[s])) for s in b.scores]
    equal = sum(x == y for s in b.scores for x, y in zip(a.scores[s], b.scores[s]))
    return (f"{'the same setting' if a.choice == b.choice else 'ANOTHER SETTING'}; mean scores differ by "
            f"{np.mean(gaps):.4f}, at most {max(gaps):.4f}; {equal} of {FOLDS * len(gaps)} scores are equal")


def show(title, outcome):
    (a, b), alpha = outcome.choice
    print(f"{title:32} {outcome.seconds:9.1f} s, chose {a}x{b}, alpha {alpha:g}; test {outcome.test:.4f}", flush=True)


def verdict(text, value, target):
    print(f"{text}, target {target}: {'met' if value >= target else 'missed'}", flush=True)


def report(name, best, limit, streams):
    """Speeds and answers in one type."""
    reference = best[name, "scikit-learn"]
    print(f"{name}: the limit is {limit:.1f} GFLOP/s")
    for program in [*streams, "scikit-learn"]:
        speed = 1e-9 * reference.operations / best[name, program].seconds
        print(f"{name} {program}: {speed:.1f} GFLOP/s, {100 * speed / limit:.0f} % of the limit")
    for program in streams:
        print(f"{name} {program} against scikit-learn: {compare(best[name, program], reference)}")
    print(f"{name}: scikit-learn's fits took {min(reference.epochs)} to {max(reference.epochs)} epochs, "
          f"mean {np.mean(reference.epochs):.1f}", flush=True)


def judge(best, limits, types, streams):
    """The targets, and whether both types choose alike."""
    for program in streams:
        if "float32" not in types:
            continue
        mine = best["float32", program]
        for name, target in [("float32", 1.5), ("float64", 3)]:
            if name in types:
                ratio = best[name, "scikit-learn"].seconds / mine.seconds
                verdict(f"{program}, float32: {ratio:.2f} times as fast as scikit-learn in {name}", ratio, target)
        share = 1e-9 * best["float32", "scikit-learn"].operations / mine.seconds / limits["float32"]
        verdict(f"{program}, float32: {share:.2f} of the limit", share, 0.7)
        if "float64" in types:
            ratio = best["float64", "scikit-learn"].seconds / best["float64", program].seconds
            print(f"{program}, float64: {ratio:.2f} times as fast as scikit-learn in float64")
            print(f"{program}: float32 against float64: {compare(mine, best['float64', program])}", flush=True)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     usage=argparse.SUPPRESS)
    parser.add_argument("tunescope", type=Path)
    parser.add_argument("folder", type=Path, nargs="?")
    for name in ("train", "labels", "test", "test-labels"):
        parser.add_argument(f"--{name}", type=Path)
    parser.add_argument("--grid", default="paper")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--fits", type=int, default=2)
    parser.add_argument("--types", default="float32,float64")
    parser.add_argument("--streams", default="shared,sklearn")
    parser.add_argument("--epochs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    if options.folder is not None:
        options.train, options.labels = options.folder / "train.npy", options.folder / "train-labels.txt"
        options.test, options.test_labels = options.folder / "test.npy", options.folder / "test-labels.txt"
    if options.train is None or options.labels is None:
        raise SystemExit("sklearn_probe.py: FOLDER, or --train and --labels, are needed")
    if (options.test is None) != (options.test_labels is None):
        raise SystemExit("sklearn_probe.py: --test and --test-labels go together")
    options.types, options.streams = options.types.split(","), options.streams.split(",")
    for given, known in ((options.types, ("float32", "float64")), (options.streams, ("shared", "sklearn"))):
        for word in given:
            if word not in known:
                raise SystemExit(f"sklearn_probe.py: {word}: expected some of {', '.join(known)}")
    return options


def main():
    options = read_options()
    settings, best = read_grid(options.grid), {}
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        train = np.load(options.train)[:options.rows].astype(np.float32), read_labels(options.labels)[:options.rows]
        files = {"train": place / "train.npy", "train-labels": place / "labels.txt"}
        np.save(files["train"], train[0])
        files["train-labels"].write_text("".join(f"{label}\n" for label in train[1]), encoding="utf-8")
        files["test"] = options.test or files["train"]
        files["test-labels"] = options.test_labels or files["train-labels"]
        test = np.load(files["test"]), read_labels(files["test-labels"])
        print(f"{train[0].shape[0]} x {train[0].shape[1]}, {len(set(train[1]))} labels; grid {options.grid}: "
              f"{len(settings)} settings in {FOLDS} folds; {options.fits} fits at a time; scikit-learn "
              f"{sklearn.__version__}, numpy {np.__version__}")
        limits = dict.fromkeys(options.types, 0)
        for turn in range(options.rounds):
            for name in options.types:
                for program in [*options.streams, "scikit-learn"]:
                    limits[name] = max(limits[name], limit_measure(name, options.fits))
                    outcome = (theirs(options, settings, train, test, name) if program == "scikit-learn" else
                               ours(options, files, place, name, program))
                    show(f"{name} {program}", outcome)
                    if turn == 0 or outcome.seconds < best[name, program].seconds:
                        best[name, program] = outcome
    for name in options.types:
        report(name, best, limits[name], options.streams)
    judge(best, limits, options.types, options.streams)


if __name__ == "__main__":
    main()
