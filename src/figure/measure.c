#include "figure/measure.h"

#include <string.h>

static const struct measure measures[] = {
	{ .key = "accuracy",
	  .title = "Accuracy of the classifier probe (test set), %",
	  .split = "test",
	  .percent = true,
	  .decimals = 1,
	  .mapped = true,
	  .probed = true },
	{ .key = "selectivity",
	  .title = "Selectivity: accuracy minus that on random labels, points",
	  .split = "test",
	  .percent = true,
	  .decimals = 1,
	  .mapped = true,
	  .probed = true },
	{ .key = "codelength",
	  .title = "Bits of the labels’ online code (training set)",
	  .split = "train",
	  .mapped = true,
	  .probed = true,
	  .least = true },
	{ .key = "linear_train", .split = "train" },
	{ .key = "clusters",
	  .title = "Number of clusters (training set)",
	  .split = "train",
	  .mapped = true,
	  .least = true,
	  .ratio = true },
	{ .key = "linear", .split = "train" },
	{ .key = "minimum",
	  .title = "Minimum distance to any other label, mean over labels",
	  .split = "train",
	  .decimals = -1,
	  .mapped = true,
	  .followed = true },
	{ .key = "similarity", .title = "label distances", .split = "train" },
	{ .key = "cka", .title = "CKA", .split = "train", .agrees = true },
	{ .key = "rsa", .title = "RSA", .split = "train", .agrees = true },
	{ .key = "cka_unbiased", .title = "CKA, unbiased", .split = "train", .agrees = true },
	{ .key = "neighbours", .title = "neighbours", .split = "train", .agrees = true },
	{ .key = "procrustes", .title = "Procrustes", .split = "train", .agrees = true, .apart = 2 },
	{ .key = "anisotropy", .split = "train" },
	{ .key = "dimensions", .split = "train" },
	{ .key = "shift", .split = "train" },
	{ .key = "participation", .split = "train" },
};

size_t measure_count(void)
{
	return sizeof measures / sizeof *measures;
}

const struct measure *measure_at(size_t i)
{
	return &measures[i];
}

const struct measure *measure_find(const char *key)
{
	for (size_t i = 0; i < measure_count(); i++)
		if (strcmp(measures[i].key, key) == 0)
			return &measures[i];
	return NULL;
}
