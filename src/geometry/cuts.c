#include "geometry/cuts.h"

#include "base/array.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char between[] = "---";
enum { BETWEEN = sizeof between - 1 };

/* The next place after `after` where the text can be cut; 0 where there is none. */
static size_t next_cut(const char *text, size_t after)
{
	const char *at = text[0] == '\0' || strlen(text) <= after ? NULL : strstr(text + after + 1, between);

	return at == NULL || at[BETWEEN] == '\0' ? 0 : (size_t)(at - text);
}

/* A part of a pair's text. */
struct name {
	const char *text;
	size_t length;
};

static bool name_equal(struct name a, struct name b)
{
	return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

static struct name name_second(const char *text, size_t first)
{
	return (struct name){ text + first + BETWEEN, strlen(text) - first - BETWEEN };
}

static bool is_pair(const char *text, struct name a, struct name b)
{
	return strlen(text) == a.length + BETWEEN + b.length && memcmp(text, a.text, a.length) == 0 &&
	       memcmp(text + a.length, between, BETWEEN) == 0 &&
	       memcmp(text + a.length + BETWEEN, b.text, b.length) == 0;
}

/* n, where the count is n (n − 1) / 2; else 0. */
static size_t labels_of(size_t count)
{
	size_t n = 2;

	while (n * (n - 1) / 2 < count)
		n++;
	return n * (n - 1) / 2 == count ? n : 0;
}

/* Takes the names from the first n − 1 pairs, whose first label is so long, and
 * tells whether all pairs are theirs, in order. */
static bool names_fit(struct name *names, size_t n, const struct pair_text *pairs, size_t first)
{
	size_t at = 0;

	names[0] = (struct name){ pairs[0].text, first };
	for (size_t j = 1; j < n; j++) {
		const char *text = pairs[j - 1].text;

		if (strlen(text) <= first + BETWEEN)
			return false;
		names[j] = name_second(text, first);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++, at++)
			if (name_equal(names[i], names[j]) || !is_pair(pairs[at].text, names[i], names[j]))
				return false;
	return true;
}

/* −1 if memory is short. */
static int is_known(struct name name, const struct labelset *known)
{
	char *text = text_copy_n(name.text, name.length);
	int found = text == NULL ? -1 : labelset_find(known, text) >= 0;

	free(text);
	return found;
}

static int all_known(const struct name *names, size_t n, const struct labelset *known)
{
	int found = known != NULL && known->count == n;

	for (size_t i = 0; found > 0 && i < n; i++)
		found = is_known(names[i], known);
	return found;
}

/* The length of the first pair's first label with which all pairs fit: the only
 * one, or the only one whose labels are the known ones. 0 if there is none. −1 if
 * memory is short. */
static int find_order(size_t *out, const struct pair_text *pairs, struct name *names, size_t n,
		      const struct labelset *known)
{
	size_t fits = 0, fits_known = 0, any = 0, right = 0;

	for (size_t first = next_cut(pairs[0].text, 0); first > 0; first = next_cut(pairs[0].text, first)) {
		int good;

		if (!names_fit(names, n, pairs, first))
			continue;
		good = all_known(names, n, known);
		if (good < 0)
			return -1;
		fits++;
		any = first;
		if (good > 0) {
			fits_known++;
			right = first;
		}
	}
	*out = fits == 1 ? any : fits_known == 1 ? right : 0;
	return 0;
}

/* Cuts all pairs by their order; 1 if that was possible, 0 if not. */
static int cut_by_order(struct pair_text *pairs, size_t count, const struct labelset *known)
{
	size_t n = labels_of(count), first = 0, at = 0;
	struct name *names = n == 0 ? NULL : array_new(n, 1, sizeof *names);
	int rc = 0;

	if (n == 0)
		return 0;
	if (names == NULL || find_order(&first, pairs, names, n, known) < 0)
		rc = -1;
	if (rc == 0 && first > 0) {
		names_fit(names, n, pairs, first);
		for (size_t i = 0; i < n; i++)
			for (size_t j = i + 1; j < n; j++)
				pairs[at++].first = names[i].length;
		rc = 1;
	}
	free(names);
	return rc;
}

/* The places where both parts are known: how many, and one of them. −1 if memory
 * is short. */
static int count_known(size_t *out, const char *text, const struct labelset *known)
{
	int count = 0;

	for (size_t first = next_cut(text, 0); first > 0; first = next_cut(text, first)) {
		int a = is_known((struct name){ text, first }, known);
		int b = a > 0 ? is_known(name_second(text, first), known) : a;

		if (b < 0)
			return -1;
		count += b;
		if (b > 0)
			*out = first;
	}
	return count;
}

/* The labels of the pairs that can be cut in one place only, which are cut there. */
static int cut_certain(struct labelset *out, struct pair_text *pairs, size_t count, const char *path,
		       struct error *err)
{
	char **names = array_new(count, 2, sizeof *names);
	size_t n = 0;
	int rc = names == NULL ? error_memory(err, path) : 0;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		const char *text = pairs[i].text;
		size_t first = next_cut(text, 0);

		if (first == 0)
			rc = error_set(err, STATUS_INPUT, "%s:%zu: expected labelA---labelB,distance", path,
				       pairs[i].line);
		if (first == 0 || next_cut(text, first) > 0)
			continue;
		pairs[i].first = first;
		names[n++] = text_copy_n(text, first);
		names[n++] = text_copy(text + first + BETWEEN);
		if (names[n - 2] == NULL || names[n - 1] == NULL)
			rc = error_memory(err, path);
	}
	if (rc == 0)
		rc = labelset_of(out, (const char *const *)names, n, err);
	while (names != NULL && n > 0)
		free(names[--n]);
	free(names);
	return rc;
}

static int cut_by_labels(struct pair_text *pairs, size_t count, const struct labelset *known, const char *path,
			 struct error *err)
{
	struct labelset certain = { 0 };
	int rc = cut_certain(&certain, pairs, count, path, err);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		int places = 0;

		if (pairs[i].first > 0)
			continue;
		if (known != NULL)
			places = count_known(&pairs[i].first, pairs[i].text, known);
		if (places == 0)
			places = count_known(&pairs[i].first, pairs[i].text, &certain);
		if (places < 0)
			rc = error_memory(err, path);
		else if (places != 1)
			rc = error_set(err, STATUS_INPUT,
				       "%s:%zu: ambiguous, \"%s\" can be cut into two labels in several places; "
				       "distances.csv has them apart",
				       path, pairs[i].line, pairs[i].text);
	}
	labelset_release(&certain);
	return rc;
}

int cuts_find(struct pair_text *pairs, size_t count, const struct labelset *known, const char *path,
	      struct error *err)
{
	int rc = count == 0 ? 1 : cut_by_order(pairs, count, known);

	if (rc < 0)
		return error_memory(err, path);
	return rc > 0 ? 0 : cut_by_labels(pairs, count, known, path, err);
}
