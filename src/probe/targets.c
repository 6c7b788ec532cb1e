#include "probe/targets.h"

#include "base/array.h"
#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int labels_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Appends the distinct labels of the test part that training lacks. */
static int unknown_add(struct targets *t, const struct labels *test, const struct labelset *set,
		       const struct context *ctx, struct error *err)
{
	char **sorted = array_new(test->count, 1, sizeof *sorted);
	size_t examples = 0;

	if (sorted == NULL)
		return error_memory(err, "labels");
	for (size_t i = 0; i < test->count; i++)
		if (labelset_find(set, test->names[i]) < 0)
			sorted[examples++] = test->names[i];
	qsort(sorted, examples, sizeof *sorted, labels_compare);
	for (size_t i = 0; i < examples; i++) {
		if (i > 0 && strcmp(sorted[i], sorted[i - 1]) == 0)
			continue;
		t->names[t->count] = text_copy(sorted[i]);
		if (t->names[t->count++] == NULL)
			break;
	}
	free(sorted);
	if (t->count > 0 && t->names[t->count - 1] == NULL)
		return error_memory(err, "labels");
	if (examples > 0)
		context_warn(ctx, "%zu test example%s of %zu label%s that the training part lacks count%s as wrong",
			     examples, examples == 1 ? "" : "s", t->count - t->known,
			     t->count - t->known == 1 ? "" : "s", examples == 1 ? "s" : "");
	return 0;
}

static void classes_find(uint32_t *out, const struct labels *labels, const struct targets *t)
{
	for (size_t i = 0; i < labels->count; i++) {
		size_t low = 0, high = t->known;

		if (i > 0 && strcmp(labels->names[i], labels->names[i - 1]) == 0) {
			out[i] = out[i - 1];
			continue;
		}
		for (int half = 0; half < 2; half++, low = t->known, high = t->count) {
			char **found = bsearch(&labels->names[i], t->names + low, high - low, sizeof *t->names,
					       labels_compare);

			if (found != NULL) {
				out[i] = (uint32_t)(found - t->names);
				break;
			}
		}
	}
}

static int targets_allocate(struct targets *t, size_t names, struct error *err)
{
	size_t larger = t->train_count > t->test_count ? t->train_count : t->test_count;

	t->names = array_new(names, 1, sizeof *t->names);
	t->train = array_new(t->train_count, 1, sizeof *t->train);
	t->test = array_new(t->test_count, 1, sizeof *t->test);
	t->at = array_new(larger, 1, sizeof *t->at);
	if (t->names == NULL || t->train == NULL || t->test == NULL || t->at == NULL)
		return error_memory(err, "labels");
	for (size_t i = 0; i < larger; i++)
		t->at[i] = (uint32_t)i;
	return 0;
}

int targets_read(struct targets *out, const char *train, const char *test, const struct context *ctx,
		 struct error *err)
{
	struct labels a = { 0 }, b = { 0 };
	struct labelset set = { 0 };
	int rc = -1;

	*out = (struct targets){ 0 };
	if (labels_read(&a, train, err) < 0 || labels_read(&b, test, err) < 0 ||
	    labelset_of(&set, (const char *const *)a.names, a.count, err) < 0)
		goto done;
	if (set.count < 2) {
		error_set(err, STATUS_INPUT, "%s: %zu label%s, but a probe needs two at least", path_tail(train),
			  set.count, set.count == 1 ? "" : "s");
		goto done;
	}
	out->train_count = a.count;
	out->test_count = b.count;
	if (targets_allocate(out, set.count + b.count, err) < 0)
		goto done;
	for (out->known = 0; out->known < set.count; out->known++) {
		out->names[out->known] = text_copy(set.names[out->known]);
		if (out->names[out->known] == NULL) {
			error_memory(err, "labels");
			goto done;
		}
	}
	out->count = out->known;
	if (unknown_add(out, &b, &set, ctx, err) < 0)
		goto done;
	classes_find(out->train, &a, out);
	classes_find(out->test, &b, out);
	rc = 0;
done:
	if (rc < 0)
		targets_release(out);
	labels_release(&a);
	labels_release(&b);
	labelset_release(&set);
	return rc;
}

void targets_release(struct targets *t)
{
	for (size_t i = 0; t->names != NULL && i < t->count; i++)
		free(t->names[i]);
	free(t->names);
	free(t->train);
	free(t->test);
	free(t->at);
	*t = (struct targets){ 0 };
}

int targets_check_rare(const struct targets *t, const char *train, size_t folds, const char *what,
		       const struct context *ctx, struct error *err)
{
	size_t *counts = array_new(t->known, 1, sizeof *counts), rare = 0, used = 0, room = 1;
	char *list;

	for (size_t c = 0; c < t->known; c++)
		room += strlen(t->names[c]) + 24;
	list = array_new(room, 1, 1);
	if (counts == NULL || list == NULL) {
		free(counts);
		free(list);
		return error_memory(err, "labels");
	}
	for (size_t i = 0; i < t->train_count; i++)
		counts[t->train[i]]++;
	for (size_t c = 0; c < t->known; c++)
		if (counts[c] < folds)
			used += (size_t)snprintf(list + used, room - used, "%s%s (%zu)", rare++ > 0 ? ", " : "",
						 t->names[c], counts[c]);
	if (rare == t->known)
		error_set(err, STATUS_INPUT, "%s: every label has fewer examples than the %zu %s", path_tail(train),
			  folds, what);
	else if (rare > 0)
		context_warn(ctx, "fewer training examples than the %zu %s, so that some lack the label: %s", folds,
			     what, list);
	free(counts);
	free(list);
	return rare == t->known ? -1 : 0;
}
