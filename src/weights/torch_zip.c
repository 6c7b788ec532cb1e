/* pytorch_model.bin since torch 1.6: a zip of stored entries below one folder:
 * data.pkl, data/<key> for each storage, and perhaps byteorder, version and
 * others, which are not needed. */
#include "weights/torch_state.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

enum { MOST_ENTRIES = 65536, MOST_PICKLE = 16 << 20 };

/* The least that a zip holds beside the data: before each entry's, in the
 * directory for each entry, and at the end. Names are in both. */
enum { LOCAL_RECORD = 30, DIRECTORY_RECORD = 46, END_RECORD = 22 };

/* The zip while its directory is being read. */
struct archive {
	struct checkpoint *c;
	size_t size; /* of the file */
	size_t entries;
	char *root;      /* folder of data.pkl, without the slash */
	size_t pickle;   /* its entry */
	size_t *storage; /* (entries): 1 + the storage's index; 0 none yet */
	struct error *err;
};

static int fail(const struct archive *a, const char *what, const char *detail)
{
	return error_set(a->err, STATUS_INPUT, "%s: not a zip file that can be read: %s%s", a->c->path, what, detail);
}

static uint64_t little(const char *data, size_t width)
{
	uint64_t value = 0;

	while (width-- > 0)
		value = value << 8 | (unsigned char)data[width];
	return value;
}

/* libzip makes room for as many entries as the end of the central directory
 * claims, so that claim is looked at first. A record is in the file for each. */
static int check_claim(const struct archive *a, const char *data)
{
	enum { LONGEST_COMMENT = 65535, LOCATOR = 20, END64 = 56 };
	size_t lowest = a->size > END_RECORD + LONGEST_COMMENT ? a->size - END_RECORD - LONGEST_COMMENT : 0;

	for (size_t at = a->size < END_RECORD ? 0 : a->size - END_RECORD + 1; at-- > lowest;) {
		uint64_t claim, place;

		if (memcmp(data + at, "PK\5\6", 4) != 0)
			continue;
		claim = little(data + at + 10, 2);
		if (at >= LOCATOR && memcmp(data + at - LOCATOR, "PK\6\7", 4) == 0) {
			place = little(data + at - LOCATOR + 8, 8);
			if (place > a->size || a->size - place < END64)
				return fail(a, "its end of central directory lies outside", "");
			claim = little(data + place + 32, 8);
		}
		if (claim > a->size / DIRECTORY_RECORD || claim > MOST_ENTRIES)
			return fail(a, "it claims more entries than it can hold", "");
	}
	return 0;
}

static int open_zip(struct archive *a, const char *data)
{
	zip_error_t fault;
	zip_source_t *source;
	int rc = 0;

	zip_error_init(&fault);
	source = zip_source_buffer_create(data, a->size, 0, &fault);
	if (source == NULL || (a->c->zip = zip_open_from_source(source, ZIP_RDONLY, &fault)) == NULL) {
		rc = fail(a, zip_error_strerror(&fault), "");
		if (source != NULL)
			zip_source_free(source);
	}
	zip_error_fini(&fault);
	return rc;
}

/* Names are ASCII in what PyTorch writes; others would only be in the way of a
 * message. */
static bool plain_name(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < length; i++)
		if (name[i] < ' ' || name[i] == 0x7F)
			return false;
	return length > 0 && length < 300;
}

/* Nothing is ever written to such a path, but a file that has one was not made
 * by PyTorch. */
static bool leaves_folder(const char *name)
{
	if (name[0] == '/' || strchr(name, '\\') != NULL)
		return true;
	for (const char *part = name; part != NULL; part = strchr(part, '/')) {
		part += *part == '/';
		if (part[0] == '.' && part[1] == '.' && (part[2] == '/' || part[2] == '\0'))
			return true;
	}
	return false;
}

/* Remembers the folder of "<folder>/data.pkl". */
static int note_pickle(struct archive *a, size_t entry, const char *name)
{
	const char *slash = strchr(name, '/');

	if (slash == NULL || strcmp(slash, "/data.pkl") != 0)
		return 0;
	if (a->root != NULL)
		return fail(a, "a second data.pkl: ", name);
	a->root = text_copy_n(name, (size_t)(slash - name));
	a->pickle = entry;
	return a->root == NULL ? error_memory(a->err, a->c->path) : 0;
}

/* Every entry is stored, unencrypted, there once, and all of them together with
 * their records are no larger than the file: nothing that is read can be larger
 * than what is on the disk, and entries cannot share bytes to seem more. */
static int check_entries(struct archive *a)
{
	const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
	uint64_t total = END_RECORD;

	for (size_t i = 0; i < a->entries; i++) {
		zip_stat_t st;

		if (zip_stat_index(a->c->zip, i, 0, &st) < 0 || (st.valid & needed) != needed)
			return fail(a, "an entry without name or size", "");
		if (!plain_name(st.name))
			return fail(a, "an entry whose name is no plain text", "");
		if (leaves_folder(st.name))
			return fail(a, "an entry whose name leads out of its folder: ", st.name);
		if (st.comp_method != ZIP_CM_STORE)
			return fail(a, "expected stored entries, but this one is compressed: ", st.name);
		if ((st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE)
			return fail(a, "an encrypted entry: ", st.name);
		if (st.comp_size != st.size || st.size > a->size)
			return fail(a, "an entry larger than the file: ", st.name);
		if (zip_name_locate(a->c->zip, st.name, 0) != (zip_int64_t)i)
			return fail(a, "an entry that is there twice: ", st.name);
		total += LOCAL_RECORD + DIRECTORY_RECORD + 2 * strlen(st.name) + st.size;
		if (total > a->size)
			return fail(a, "entries that share bytes, up to ", st.name);
		if (note_pickle(a, i, st.name) < 0)
			return -1;
	}
	return a->root == NULL ? fail(a, "no entry data.pkl in a folder", "") : 0;
}

/* The entry <root>/<name>; -1 if there is none. */
static zip_int64_t locate(const struct archive *a, const char *name)
{
	char *path = text_format("%s/%s", a->root, name);
	zip_int64_t entry = path == NULL ? -1 : zip_name_locate(a->c->zip, path, 0);

	free(path);
	return entry;
}

static int entry_storage(const struct archive *a, size_t entry, struct storage *out)
{
	zip_stat_t st;

	if (zip_stat_index(a->c->zip, entry, 0, &st) < 0)
		return fail(a, "an entry without name or size", "");
	*out = (struct storage){ .bytes = (size_t)st.size, .entry = entry };
	return 0;
}

int torch_zip_load(const struct checkpoint *c, const struct storage *storage, char *out, struct error *err)
{
	zip_file_t *file = zip_fopen_index(c->zip, storage->entry, 0);
	const char *name = zip_get_name(c->zip, storage->entry, 0);
	size_t got = 0;
	zip_int64_t step = 1;
	char beyond;

	while (file != NULL && got < storage->bytes && (step = zip_fread(file, out + got, storage->bytes - got)) > 0)
		got += (size_t)step;
	/* The checksum is compared when the end is read. */
	if (file == NULL || got != storage->bytes || zip_fread(file, &beyond, 1) != 0) {
		error_set(err, STATUS_INPUT, "%s: entry %s: %s", c->path, name ? name : "?",
			  file ? zip_file_strerror(file) : zip_strerror(c->zip));
		if (file != NULL)
			zip_fclose(file);
		return -1;
	}
	zip_fclose(file);
	return 0;
}

static int check_byte_order(const struct archive *a)
{
	static const char expected[] = "little";
	zip_int64_t entry = locate(a, "byteorder");
	struct storage s = { 0 };
	char text[17] = "";

	if (entry < 0)
		return 0;
	if (entry_storage(a, (size_t)entry, &s) < 0)
		return -1;
	if (s.bytes >= sizeof text)
		return fail(a, "a byteorder of more than 16 bytes", "");
	if (torch_zip_load(a->c, &s, text, a->err) < 0)
		return -1;
	if (strcmp(text, expected) != 0)
		return error_set(a->err, STATUS_INPUT, "%s: byte order %s, expected %s", a->c->path,
				 plain_name(text) ? text : "?", expected);
	return 0;
}

/* The storage of a key, made when the first tensor asks for it. */
static int find_storage(struct archive *a, const struct pickle_storage *wanted, size_t *out)
{
	char name[64];
	zip_int64_t entry;
	struct storage s = { 0 };

	memcpy(name, "data/", 5);
	memcpy(name + 5, wanted->key.data, wanted->key.length);
	name[5 + wanted->key.length] = '\0';
	entry = locate(a, name);
	if (entry < 0)
		return error_set(a->err, STATUS_INPUT, "%s: no entry %s/%s", a->c->path, a->root, name);
	if (a->storage[entry] == 0) {
		if (entry_storage(a, (size_t)entry, &s) < 0 || weights_add_storage(a->c, s, a->err) < 0)
			return -1;
		a->storage[entry] = a->c->storage_count;
	}
	*out = a->storage[entry] - 1;
	return 0;
}

static int add_tensors(struct archive *a, const struct pickle *p)
{
	struct torch_state state = { 0 };
	int rc = state_read(&state, a->c, p, a->err);

	for (size_t i = 0; i < state.count && rc == 0; i++) {
		size_t storage = 0;

		rc = find_storage(a, state.items[i].tensor->storage, &storage);
		if (rc == 0)
			rc = state_add(a->c, &state.items[i], storage, a->err);
	}
	state_release(&state);
	return rc;
}

static int read_pickle(struct archive *a)
{
	struct storage s = { 0 };
	struct pickle *p = NULL;
	char *label = text_format("%s: %s/data.pkl", a->c->path, a->root), *data = NULL;
	int rc = -1;

	if (entry_storage(a, a->pickle, &s) < 0)
		goto done;
	if (s.bytes > MOST_PICKLE) {
		error_set(a->err, STATUS_INPUT, "%s: %s/data.pkl has %zu bytes, expected at most %d", a->c->path,
			  a->root, s.bytes, MOST_PICKLE);
		goto done;
	}
	data = array_new(s.bytes, 1, 1);
	if (label == NULL || data == NULL) {
		error_memory(a->err, a->c->path);
		goto done;
	}
	if (torch_zip_load(a->c, &s, data, a->err) < 0 || pickle_run(&p, label, data, s.bytes, a->err) < 0)
		goto done;
	rc = add_tensors(a, p);
done:
	pickle_free(p);
	free(data);
	free(label);
	return rc;
}

int torch_zip_read(struct checkpoint *c, const char *data, size_t size, struct error *err)
{
	struct archive a = { .c = c, .size = size, .err = err };
	int rc = -1;

	if (check_claim(&a, data) < 0 || open_zip(&a, data) < 0)
		return -1;
	a.entries = (size_t)zip_get_num_entries(c->zip, 0);
	if (check_entries(&a) < 0)
		goto done;
	a.storage = array_new(a.entries, 1, sizeof *a.storage);
	if (a.storage == NULL) {
		error_memory(err, c->path);
		goto done;
	}
	if (check_byte_order(&a) == 0)
		rc = read_pickle(&a);
done:
	free(a.storage);
	free(a.root);
	return rc;
}

void torch_zip_close(struct zip *zip)
{
	if (zip != NULL)
		zip_discard(zip);
}
