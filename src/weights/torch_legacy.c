/* pytorch_model.bin before torch 1.6: five pickles one after another (a magic
 * number, the protocol, facts of the writing system, the state_dict, the keys
 * of the storages), then for each key in that order an i64 of elements and
 * their bytes. */
#include "weights/torch_state.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

struct legacy {
	struct checkpoint *c;
	const char *data;
	size_t size, at;
	const struct pickle_storage **used; /* (used_count), by key: each storage that a tensor lies in */
	size_t *place;                      /* (used_count): 1 + its index in the checkpoint; 0 none yet */
	size_t used_count;
	struct error *err;
};

static int fail(const struct legacy *l, const char *what)
{
	return error_set(l->err, STATUS_INPUT, "%s: byte %zu: %s", l->c->path, l->at, what);
}

/* Runs the pickle that comes next. */
static int next_pickle(struct legacy *l, struct pickle **out, const char *what)
{
	char *label = text_format("%s: %s at byte %zu", l->c->path, what, l->at);
	int rc = label == NULL ? error_memory(l->err, l->c->path)
			       : pickle_run(out, label, l->data + l->at, l->size - l->at, l->err);

	if (rc == 0)
		l->at += pickle_size(*out);
	free(label);
	return rc;
}

static bool is_magic(const struct value *v)
{
	static const char magic[10] = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"; /* 0x1950a86a20f9469cfc6c */

	return v->kind == VALUE_LONG && v->bytes.length == sizeof magic &&
	       memcmp(v->bytes.data, magic, sizeof magic) == 0;
}

static bool is_protocol(const struct value *v)
{
	return v->kind == VALUE_INTEGER && v->integer == 1001;
}

/* {…, 'little_endian': True, …} */
static bool is_little_endian(const struct value *v)
{
	static const char key[] = "little_endian";

	for (size_t i = 0; v->kind == VALUE_DICT && i + 1 < v->sequence.count; i += 2) {
		const struct value *k = v->sequence.items[i], *b = v->sequence.items[i + 1];

		if (k->kind == VALUE_TEXT && k->bytes.length == sizeof key - 1 &&
		    memcmp(k->bytes.data, key, sizeof key - 1) == 0)
			return b->kind == VALUE_BOOL && b->integer == 1;
	}
	return false;
}

/* The three pickles before the state_dict. */
static int read_beginning(struct legacy *l)
{
	static const struct {
		const char *what;
		bool (*check)(const struct value *v);
		const char *wrong;
	} parts[] = {
		{ "magic number", is_magic,
		  "not a file of torch.save: no zip, and not the magic number of its legacy form" },
		{ "protocol", is_protocol, "another protocol than 1001" },
		{ "system information", is_little_endian, "byte order big or unknown, expected little" },
	};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct pickle *p = NULL;
		bool right;

		if (next_pickle(l, &p, parts[i].what) < 0)
			return -1;
		right = parts[i].check(pickle_result(p));
		pickle_free(p);
		if (!right)
			return fail(l, parts[i].wrong);
	}
	return 0;
}

static int compare_bytes(struct pickle_bytes a, struct pickle_bytes b)
{
	int order = memcmp(a.data, b.data, a.length < b.length ? a.length : b.length);

	return order ? order : (a.length > b.length) - (a.length < b.length);
}

static int by_key(const void *a, const void *b)
{
	return compare_bytes((*(const struct pickle_storage *const *)a)->key,
			     (*(const struct pickle_storage *const *)b)->key);
}

/* The index of a key in `used`, or used_count. */
static size_t find_key(const struct legacy *l, struct pickle_bytes key)
{
	size_t low = 0, high = l->used_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_bytes(l->used[middle]->key, key);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return l->used_count;
}

static int list_storages(struct legacy *l, const struct torch_state *state)
{
	size_t kept = 0;

	l->used = array_new(state->count, 1, sizeof *l->used);
	l->place = array_new(state->count, 1, sizeof *l->place);
	if (l->used == NULL || l->place == NULL)
		return error_memory(l->err, l->c->path);
	for (size_t i = 0; i < state->count; i++)
		l->used[i] = state->items[i].tensor->storage;
	qsort(l->used, state->count, sizeof *l->used, by_key);
	for (size_t i = 0; i < state->count; i++) {
		if (kept > 0 && compare_bytes(l->used[kept - 1]->key, l->used[i]->key) == 0) {
			if (l->used[kept - 1]->type != l->used[i]->type ||
			    l->used[kept - 1]->elements != l->used[i]->elements)
				return fail(l, "a storage that is of two types or sizes");
			continue;
		}
		l->used[kept++] = l->used[i];
	}
	l->used_count = kept;
	return 0;
}

/* The bytes of one storage, which come next in the file. */
static int read_storage(struct legacy *l, const struct value *key)
{
	const struct pickle_storage *s;
	size_t found, bytes;
	int64_t elements;

	if (key->kind != VALUE_TEXT || (found = find_key(l, key->bytes)) == l->used_count || l->place[found] != 0)
		return fail(l, "expected the keys of the tensors' storages, each once");
	s = l->used[found];
	if (l->size - l->at < sizeof elements)
		return fail(l, "the file ends before a storage");
	memcpy(&elements, l->data + l->at, sizeof elements);
	if (elements < 0 || (size_t)elements != s->elements)
		return error_set(l->err, STATUS_INPUT, "%s: byte %zu: storage %.*s has %lld elements, expected %zu",
				 l->c->path, l->at, (int)s->key.length, s->key.data, (long long)elements,
				 s->elements);
	l->at += sizeof elements;
	if (__builtin_mul_overflow(s->elements, s->type->width, &bytes) || bytes > l->size - l->at)
		return error_set(
			l->err, STATUS_INPUT,
			"%s: byte %zu: storage %.*s has %zu elements of %s, but the file ends after %zu bytes",
			l->c->path, l->at, (int)s->key.length, s->key.data, s->elements, s->type->name,
			l->size - l->at);
	if (weights_add_storage(l->c, (struct storage){ .data = l->data + l->at, .bytes = bytes }, l->err) < 0)
		return -1;
	l->place[found] = l->c->storage_count;
	l->at += bytes;
	return 0;
}

static int read_storages(struct legacy *l)
{
	struct pickle *p = NULL;
	const struct value *keys;
	int rc = next_pickle(l, &p, "storage keys");

	if (rc < 0)
		return -1;
	keys = pickle_result(p);
	if (keys->kind != VALUE_LIST)
		rc = fail(l, "expected a list of storage keys");
	for (size_t i = 0; rc == 0 && i < keys->sequence.count; i++)
		rc = read_storage(l, keys->sequence.items[i]);
	if (rc == 0 && l->at != l->size)
		rc = fail(l, "expected the end of the file after the last storage");
	pickle_free(p);
	return rc;
}

static int add_tensors(struct legacy *l, const struct torch_state *state)
{
	for (size_t i = 0; i < state->count; i++) {
		struct pickle_bytes key = state->items[i].tensor->storage->key;
		size_t found = find_key(l, key);

		if (l->place[found] == 0)
			return error_set(l->err, STATUS_INPUT, "%s: storage %.*s is missing from the list of keys",
					 l->c->path, (int)key.length, key.data);
		if (state_add(l->c, &state->items[i], l->place[found] - 1, l->err) < 0)
			return -1;
	}
	return 0;
}

int torch_legacy_read(struct checkpoint *c, const char *data, size_t size, struct error *err)
{
	struct legacy l = { .c = c, .data = data, .size = size, .err = err };
	struct torch_state state = { 0 };
	struct pickle *p = NULL;
	int rc = -1;

	if (read_beginning(&l) < 0 || next_pickle(&l, &p, "state_dict") < 0 || state_read(&state, c, p, err) < 0 ||
	    list_storages(&l, &state) < 0 || read_storages(&l) < 0)
		goto done;
	rc = add_tensors(&l, &state);
done:
	state_release(&state);
	pickle_free(p);
	free(l.used);
	free(l.place);
	return rc;
}
