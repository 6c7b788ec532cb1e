/* The one form of tensors' names. */
#include "weights/checkpoint.h"
#include "weights/weights.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool ends(const char *text, const char *with)
{
	size_t length = strlen(text), end = strlen(with);

	return length >= end && strcmp(text + length - end, with) == 0;
}

/* The encoder's prefix: "", "bert.", "module.", "module.bert.", … */
struct prefix {
	const char *written; /* a tensor that has it; NULL: none was found, which stands for "" */
	size_t length;
};

static void note_prefix(struct prefix found[2], const char *const *marks, const char *written)
{
	for (; *marks != NULL; marks++) {
		size_t length = strlen(written) - strlen(*marks);

		if (!ends(written, *marks) || (length > 0 && written[length - 1] != '.'))
			continue;
		if (found[0].written == NULL)
			found[0] = (struct prefix){ written, length };
		else if (found[0].length != length || memcmp(found[0].written, written, length) != 0)
			found[1] = (struct prefix){ written, length };
	}
}

/* The prefix, and another one if there is one. */
static void find_prefixes(struct prefix found[2], const struct checkpoint *c, const struct encoder_naming *naming)
{
	for (size_t i = 0; i < c->count; i++)
		note_prefix(found, naming->marks, c->tensors[i].written);
	for (size_t i = 0; i < c->shard_count; i++)
		find_prefixes(found, c->shards[i], naming);
}

int checkpoint_check_encoder(const struct checkpoint *c, struct error *err)
{
	struct prefix found[2] = { 0 };

	find_prefixes(found, c, c->naming);
	if (found[1].written == NULL)
		return 0;
	return error_set(
		err, STATUS_INPUT,
		"%s: tensors of two encoders, one with the prefix \"%.*s\" and one with \"%.*s\": expected one",
		c->path, (int)found[0].length, found[0].written, (int)found[1].length, found[1].written);
}

/* Begins with a part of the encoder, or as if: "embeddings_project.weight". */
static bool is_part(const char *name, const struct encoder_naming *naming)
{
	for (const char *const *part = naming->parts; *part != NULL; part++)
		if (begins(name, *part))
			return true;
	return false;
}

/* What is in most files and takes no part in the hidden states; without prefix. */
static bool is_idle(const char *name)
{
	return begins(name, "pooler.") || strcmp(name, "embeddings.position_ids") == 0 ||
	       strcmp(name, "embeddings.token_type_ids") == 0;
}

static int check_known(const struct checkpoint *c, const struct encoder_naming *naming,
		       bool (*known)(const void *arg, const char *name), const void *arg, struct error *err)
{
	const size_t length = strlen(naming->prefix);

	for (size_t i = 0; i < c->count; i++) {
		const char *name = c->tensors[i].name;
		const bool inside = begins(name, naming->prefix);

		if ((inside || is_part(name, naming)) && !(inside && is_idle(name + length)) && !known(arg, name))
			return error_set(err, STATUS_INPUT,
					 "%s: tensor %s is no part of the encoder that config.json describes, whose "
					 "numbers it could change",
					 c->path, c->tensors[i].written);
	}
	for (size_t i = 0; i < c->shard_count; i++)
		if (check_known(c->shards[i], naming, known, arg, err) < 0)
			return -1;
	return 0;
}

int checkpoint_check_known(const struct checkpoint *c, bool (*known)(const void *arg, const char *name),
			   const void *arg, struct error *err)
{
	return check_known(c, c->naming, known, arg, err);
}

/* A name without the prefix, and whether it is of the encoder. What stands beside
 * the encoder has the prefix without "bert.". */
static const char *strip(const char *written, const struct prefix *p, const struct encoder_naming *naming,
			 bool *encoder)
{
	const size_t inner = strlen(naming->prefix);
	size_t outer = p->length;

	*encoder = (outer == 0 || strncmp(written, p->written, outer) == 0) && is_part(written + outer, naming);
	if (*encoder)
		return written + outer;
	if (outer >= inner && strncmp(p->written + outer - inner, naming->prefix, inner) == 0)
		outer -= inner;
	return outer > 0 && strncmp(written, p->written, outer) == 0 ? written + outer : written;
}

/* "module.embeddings.LayerNorm.gamma" → "bert.embeddings.LayerNorm.weight". */
static char *one_form(const char *written, const struct prefix *p, const struct encoder_naming *naming)
{
	static const char *const old[2] = { ".gamma", ".beta" }, *const now[2] = { ".weight", ".bias" };
	bool encoder;
	const char *name = strip(written, p, naming, &encoder), *prefix = encoder ? naming->prefix : "";

	for (size_t i = 0; i < 2; i++)
		if (ends(name, old[i]) && strlen(name) > strlen(old[i]))
			return text_format("%s%.*s%s", prefix, (int)(strlen(name) - strlen(old[i])), name, now[i]);
	return text_format("%s%s", prefix, name);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct tensor *)a)->name, ((const struct tensor *)b)->name);
}

static int rename_tensors(struct checkpoint *c, const struct prefix *p, const struct encoder_naming *naming,
			  struct error *err)
{
	for (size_t i = 0; i < c->count; i++) {
		c->tensors[i].name = one_form(c->tensors[i].written, p, naming);
		if (c->tensors[i].name == NULL)
			return error_memory(err, c->path);
	}
	if (c->count > 0)
		qsort(c->tensors, c->count, sizeof *c->tensors, by_name);
	for (size_t i = 1; i < c->count; i++)
		if (strcmp(c->tensors[i].name, c->tensors[i - 1].name) == 0)
			return error_set(err, STATUS_INPUT, "%s: tensor %s is there twice (%s, %s)", c->path,
					 c->tensors[i].name, c->tensors[i - 1].written, c->tensors[i].written);
	return 0;
}

static const struct tensor *find(const struct checkpoint *c, const char *name)
{
	return bsearch(&(struct tensor){ .name = (char *)name }, c->tensors, c->count, sizeof *c->tensors, by_name);
}

/* No two shards have one tensor. */
static int check_shards(const struct checkpoint *c, struct error *err)
{
	for (size_t i = 0; i < c->shard_count; i++)
		for (size_t k = 0; k < c->shards[i]->count; k++)
			for (size_t j = 0; j < i; j++)
				if (find(c->shards[j], c->shards[i]->tensors[k].name) != NULL)
					return error_set(err, STATUS_INPUT,
							 "%s: tensor %s is there twice, the other in %s",
							 c->shards[i]->path, c->shards[i]->tensors[k].name,
							 c->shards[j]->path);
	return 0;
}

int weights_index(struct checkpoint *c, const struct encoder_naming *naming, struct error *err)
{
	struct prefix found[2] = { 0 }, prefix;
	size_t tensors = c->count;

	for (size_t i = 0; i < c->shard_count; i++)
		tensors += c->shards[i]->count;
	if (tensors == 0)
		return error_set(err, STATUS_INPUT, "%s: no tensors", c->path);
	c->naming = naming;
	find_prefixes(found, c, naming);
	prefix = found[1].written == NULL ? found[0] : (struct prefix){ 0 };
	if (rename_tensors(c, &prefix, naming, err) < 0)
		return -1;
	for (size_t i = 0; i < c->shard_count; i++)
		if (rename_tensors(c->shards[i], &prefix, naming, err) < 0)
			return -1;
	return check_shards(c, err);
}
