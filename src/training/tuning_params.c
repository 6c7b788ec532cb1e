#include "training/tuning_params.h"

#include "base/json.h"
#include "encoder/family.h"
#include "encoder/model.h"

#include <stdio.h>
#include <string.h>

const char tuning_methods[] = "full|lora|bitfit|head";

void tuning_method_name(char out[16], enum tuning_method method)
{
	const char *at = tuning_methods;

	for (unsigned i = 0; i < (unsigned)method; i++)
		at = strchr(at, '|') + 1;
	snprintf(out, 16, "%.*s", (int)strcspn(at, "|"), at);
}

int tuning_method_of(enum tuning_method *out, const char *name)
{
	char own[16];

	for (unsigned i = TUNING_FULL; i <= TUNING_HEAD; i++) {
		tuning_method_name(own, (enum tuning_method)i);
		if (strcmp(own, name) == 0) {
			*out = (enum tuning_method)i;
			return 0;
		}
	}
	return -1;
}

/* The next item of "a, b , c": its length; 0 at the end. */
static size_t next_item(const char **list)
{
	*list += strspn(*list, ", ");
	return strcspn(*list, ", ");
}

unsigned tuning_targets(const char *list, char why[160])
{
	static const struct {
		const char *name;
		unsigned matrix;
	} names[] = { { "query", MATRIX_QUERY },   { "key", MATRIX_KEY }, { "value", MATRIX_VALUE },
		      { "output", MATRIX_OUTPUT }, { "up", MATRIX_UP },   { "down", MATRIX_DOWN } };
	unsigned found = 0;
	size_t length;

	for (; (length = next_item(&list)) > 0; list += length) {
		size_t i = 0;

		while (i < 6 && (strlen(names[i].name) != length || strncmp(list, names[i].name, length) != 0))
			i++;
		if (i == 6) {
			snprintf(why, 160, "no matrix %.*s; there are query, key, value, output, up and down",
				 (int)(length < 40 ? length : 40), list);
			return 0;
		}
		found |= names[i].matrix;
	}
	if (found == 0)
		snprintf(why, 160, "none named; there are query, key, value, output, up and down");
	return found;
}

/* "embeddings", "3", "1-4": layers from … to. −1 if it is none of these. */
static int item_range(const char *text, size_t length, long *from, long *to)
{
	char item[40], *dash;

	if (length >= sizeof item)
		return -1;
	snprintf(item, sizeof item, "%.*s", (int)length, text);
	*from = *to = 0;
	if (strcmp(item, "embeddings") == 0)
		return 0;
	dash = strchr(item, '-');
	if (dash != NULL)
		*dash = '\0';
	if (integer_parse(from, item) < 0 || integer_parse(to, dash != NULL ? dash + 1 : item) < 0)
		return -1;
	return *from >= 1 && *to >= *from ? 0 : -1;
}

int tuning_freezes(const char *list, long layer, long layers, char why[160])
{
	int found = 0;
	size_t length;

	if (list == NULL || strcmp(list, "none") == 0)
		return 0;
	for (; (length = next_item(&list)) > 0; list += length) {
		long from, to;

		if (item_range(list, length, &from, &to) < 0) {
			snprintf(why, 160, "%.*s: expected embeddings, a layer from 1, or a range such as 1-4",
				 (int)(length < 40 ? length : 40), list);
			return -1;
		}
		if (layers >= 0 && to > layers) {
			snprintf(why, 160, "layer %ld, but the model has %ld", to, layers);
			return -1;
		}
		found |= layer >= from && layer <= to;
	}
	return found;
}

bool tuning_freezes_any(const struct tuning_params *p)
{
	return p->freeze != NULL && strcmp(p->freeze, "none") != 0;
}

double tuning_decay(const struct tuning_params *p)
{
	return p->decay == 0 ? 1 : p->decay;
}

bool tuning_is_plain(const struct tuning_params *p)
{
	return p->method == TUNING_FULL && !tuning_freezes_any(p) && tuning_decay(p) == 1 && p->reinit == 0;
}

/* Query, key and value of some families are one matrix, and have one adapter. */
static int check_targets(const struct tuning_params *p, const struct encoder_shape *shape, struct error *err)
{
	const unsigned joined = MATRIX_QUERY | MATRIX_KEY | MATRIX_VALUE;
	char why[160];
	const unsigned targets = tuning_targets(p->targets == NULL ? "" : p->targets, why);

	if (targets == 0)
		return error_set(err, STATUS_INPUT, "targets: %s", why);
	if (p->rank < 1)
		return error_set(err, STATUS_INPUT, "rank: expected at least 1");
	if (shape->family->joins_qkv && (targets & joined) != 0 && (targets & joined) != joined)
		return error_set(err, STATUS_INPUT,
				 "targets: %s has query, key and value in one matrix: name all three or none",
				 shape->family->model_type);
	return 0;
}

int tuning_check(const struct tuning_params *p, const struct encoder_shape *shape, struct error *err)
{
	const bool by_layer = tuning_freezes_any(p) || tuning_decay(p) != 1 || p->reinit > 0;
	char why[160];

	if (p->method == TUNING_LORA && check_targets(p, shape, err) < 0)
		return -1;
	if (tuning_freezes(p->freeze, 0, (long)shape->layers, why) < 0)
		return error_set(err, STATUS_INPUT, "freeze: %s", why);
	if (p->reinit < 0 || (size_t)p->reinit > shape->layers)
		return error_set(err, STATUS_INPUT, "reinit: %ld layers, but the model has %zu", p->reinit,
				 shape->layers);
	if (p->method == TUNING_HEAD && (tuning_freezes_any(p) || tuning_decay(p) != 1))
		return error_set(err, STATUS_INPUT, "%s: without effect where method = head trains no layer",
				 tuning_freezes_any(p) ? "freeze" : "decay");
	if (shape->shared && by_layer)
		return error_set(err, STATUS_INPUT, "%s: the layers of %s share their weights",
				 tuning_freezes_any(p)  ? "freeze"
				 : tuning_decay(p) != 1 ? "decay"
							: "reinit",
				 shape->family->model_type);
	return 0;
}
