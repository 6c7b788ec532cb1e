/* tunescope fetch: the data and the checkpoints that an experiment names,
 * brought with curl to where DATA and MODELS expect them. Digests are checked
 * against experiments/SHA256SUMS; for a file that has none there, the digest seen
 * first is kept in fetched.sha256 below DATA or MODELS, and must not change
 * afterwards. In both lists a line "# revision R" says of which revision the
 * digests below it are. */
#include "stage/command.h"
#include "stage/data_files.h"
#include "stage/download.h"

#include "base/array.h"
#include "base/disguise.h"
#include "base/file.h"
#include "base/json.h"
#include "base/output.h"
#include "base/sha256.h"
#include "encoder/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const struct option options[] = {
	{ "pins", "FILE", "known digests (SHA256SUMS beside the experiment file)" },
	{ NULL, NULL, NULL },
};

struct fetch {
	struct job *job;
	char *pins;   /* path of the known digests */
	int locks[2]; /* of DATA and of MODELS, −1 until something is brought there */
	size_t fetched, there;
};

/* A file to be there. */
struct wanted {
	const char *where;    /* "data" or "models" */
	const char *file;     /* below it */
	const char *url;      /* NULL: what is there is all there will be */
	const char *revision; /* NULL: it has none */
};

/* A digest on a list, and the revision that it is of. */
struct pin {
	char sha256[65];
	char *revision; /* NULL: any */
};

static bool is_of(const struct pin *pin, const char *revision)
{
	return pin->revision == NULL || revision == NULL || strcmp(pin->revision, revision) == 0;
}

/* The digest that a list in the form of sha256sum gives a name: of the revision,
 * or, where there is none, of another; 0 if it has neither. */
static int find_pin(struct pin *out, const char *list, const char *name, const char *revision)
{
	static const char head[] = "# revision ";
	struct mapping map;
	struct line line = { 0 };
	struct error ignored;
	size_t length = strlen(name);
	struct pin pin = { "", NULL };
	int found = 0;

	*out = pin;
	if (list == NULL || !file_exists(list) || mapping_open(&map, list, &ignored) < 0)
		return 0;
	while (line_next(&line, &map) && !(found && is_of(out, revision))) {
		if (line.length == 0 || line.data[0] == '#') {
			free(pin.revision);
			pin.revision =
				line.length > sizeof head && memcmp(line.data, head, sizeof head - 1) == 0
					? text_copy_n(line.data + sizeof head - 1, line.length - sizeof head + 1)
					: NULL;
		}
		if (line.length != 66 + length || memcmp(line.data + 66, name, length) != 0)
			continue;
		free(out->revision);
		memcpy(out->sha256, line.data, 64);
		out->sha256[64] = '\0';
		out->revision = pin.revision == NULL ? NULL : text_copy(pin.revision);
		found = 1;
	}
	free(pin.revision);
	mapping_close(&map);
	return found;
}

/* Adds a digest to the list of those seen first. */
static int remember(const char *list, const char *name, const char *revision, const char *hex, struct error *err)
{
	struct folder folder = { 0 };
	struct mapping map = { "", 0 };
	struct output *o = NULL;
	char *directory = text_copy_n(list, (size_t)(path_base(list) - list));
	int rc = -1;

	if (directory == NULL)
		return error_memory(err, list);
	if ((!file_exists(list) || mapping_open(&map, list, err) == 0) &&
	    folder_open(&folder, directory[0] ? directory : ".", err) == 0 &&
	    output_open(&o, &folder, path_base(list), err) == 0) {
		output_write(o, map.data, map.size);
		output_format(o, "# %s%s\n%s  %s\n", revision ? "revision " : "", revision ? revision : "", hex,
			      name);
		rc = output_commit(o, err);
	}
	mapping_close(&map);
	folder_release(&folder);
	free(directory);
	return rc;
}

/* The digest must be the pinned one, or the one seen first; a `fresh` file is of
 * the revision that was asked for. */
static int check_digest(struct fetch *f, const struct wanted *w, const char *root, const char *name, const char *path,
			bool fresh, struct error *err)
{
	char *seen = path_join(root, "fetched.sha256"), found[65];
	struct pin pin = { "", NULL }, before = { "", NULL };
	uint64_t bytes;
	int rc = -1;

	if (seen == NULL)
		return error_memory(err, name);
	if (sha256_file(found, &bytes, path, err) < 0) {
		rc = -1;
	} else if (find_pin(&pin, f->pins, name, w->revision) && is_of(&pin, w->revision)) {
		rc = strcmp(pin.sha256, found) == 0
			     ? 0
			     : error_set(err, STATUS_CHECK, "%s: SHA-256 is %s, expected %s%s%s", path, found,
					 pin.sha256, w->revision ? " of revision " : "",
					 w->revision ? w->revision : "");
	} else if (!find_pin(&before, seen, name, w->revision) || (fresh && !is_of(&before, w->revision))) {
		rc = remember(seen, name, w->revision, found, err);
	} else if (!is_of(&before, w->revision)) {
		rc = error_set(err, STATUS_CHECK,
			       "%s: fetched at revision %s, but %s is asked for; move it away to fetch that", path,
			       before.revision, w->revision);
	} else {
		rc = strcmp(before.sha256, found) == 0
			     ? 0
			     : error_set(err, STATUS_CHECK,
					 "%s: SHA-256 is %s, expected %s as when it was fetched first", path, found,
					 before.sha256);
	}
	free(pin.revision);
	free(before.revision);
	free(seen);
	return rc;
}

/* Whether a download that was cut just before it got its name is whole. */
static bool is_whole(struct fetch *f, const struct wanted *w, const char *name, const char *part)
{
	struct pin pin = { "", NULL };
	struct error ignored;
	uint64_t bytes;
	char found[65];
	bool whole = file_exists(part) && find_pin(&pin, f->pins, name, w->revision) && is_of(&pin, w->revision) &&
		     sha256_file(found, &bytes, part, &ignored) == 0 && strcmp(found, pin.sha256) == 0;

	free(pin.revision);
	return whole;
}

/* One fetch at a time brings files to DATA, or to MODELS: −1 after an error. */
static int lock_root(struct fetch *f, const char *root, int *lock, struct error *err)
{
	const struct context *ctx = &f->job->context;
	char *path;

	if (*lock >= 0)
		return 0;
	if (directory_make(root, err) < 0)
		return -1;
	path = path_join(root, "fetched.lock");
	*lock = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (*lock < 0) {
		error_errno(err, path == NULL ? root : path, "write");
	} else if (flock(*lock, LOCK_EX | LOCK_NB) < 0) {
		terminal_say(&f->job->terminal, "%s: another fetch is at it; waiting", root);
		while (flock(*lock, LOCK_EX) < 0 && errno == EINTR)
			if (context_stopped(ctx)) {
				close(*lock);
				*lock = context_stop_error(err);
				break;
			}
	}
	free(path);
	return *lock < 0 ? -1 : 0;
}

/* What is no file at all, whatever its name and the server's status, is not kept. */
static int check_content(const struct wanted *w, const char *part, struct error *err)
{
	struct mapping map;
	const char *words;
	int rc = 0;

	if (mapping_open(&map, part, err) < 0)
		return -1;
	words = strcmp(w->where, "models") == 0 || map.size == 0 ? content_disguise(map.data, map.size)
								 : content_text_disguise(map.data, map.size);
	if (words != NULL)
		rc = error_set(err, STATUS_MACHINE, "%s: the server sent %s", w->url, words);
	mapping_close(&map);
	if (rc < 0)
		unlink(part);
	return rc;
}

/* Brings the part, where it is not whole yet: 1, 0 where the server has none, −1. */
static int bring_part(struct fetch *f, const struct wanted *w, const char *name, const char *part, int lock,
		      struct error *err)
{
	int rc = is_whole(f, w, name, part) ? 1 : download(w->url, part, lock, &f->job->context, err);

	return rc == 1 && check_content(w, part, err) < 0 ? -1 : rc;
}

/* Downloads the file beside its place, and puts it there if its digest is right;
 * else it is kept aside as "<file>.wrong". */
static int bring(struct fetch *f, const struct wanted *w, const char *root, const char *name, const char *path,
		 struct error *err)
{
	char *part = text_format("%s.part", path), *wrong = text_format("%s.wrong", path);
	char *directory = text_copy_n(path, (size_t)(path_base(path) - path));
	int *lock = &f->locks[strcmp(w->where, "data") == 0 ? 0 : 1], rc = -1;

	if (part == NULL || wrong == NULL || directory == NULL) {
		error_memory(err, name);
	} else if ((directory[0] == '\0' || directory_make(directory, err) == 0) &&
		   lock_root(f, root, lock, err) == 0) {
		terminal_say(&f->job->terminal, "%s", w->url);
		rc = bring_part(f, w, name, part, *lock, err);
		if (rc == 1 && check_digest(f, w, root, name, part, true, err) < 0) {
			rename(part, wrong);
			rc = -1;
		}
		if (rc == 1 && rename(part, path) < 0)
			rc = error_errno(err, path, "write");
		if (!file_exists(part))
			download_forget(part);
		f->fetched += rc == 1;
	}
	free(part);
	free(wrong);
	free(directory);
	return rc;
}

/* Returns 1 if the file is there now, 0 if the server has none. */
static int fetch_file(struct fetch *f, const struct wanted *w, struct error *err)
{
	const struct experiment *e = &f->job->experiment;
	const char *root = strcmp(w->where, "data") == 0 ? e->data : e->models;
	char *name = path_join(w->where, w->file), *path = path_join(root, w->file);
	int rc = -1;

	if (name == NULL || path == NULL) {
		error_memory(err, w->file);
	} else if (file_exists(path)) {
		rc = check_digest(f, w, root, name, path, false, err) < 0 ? -1 : 1;
		f->there++;
	} else {
		rc = bring(f, w, root, name, path, err);
	}
	free(name);
	free(path);
	return rc;
}

static int fetch_data(struct fetch *f, const char *task, const char *key, struct error *err)
{
	const struct experiment *e = &f->job->experiment;
	const char *file = experiment_get(e, "task", key, NULL, task);
	const struct data_file *known = file == NULL ? NULL : data_file_find(file);
	char *url, *path;
	int rc;

	if (file == NULL)
		return 0;
	if (known != NULL) {
		url = download_address(experiment_get(e, "fetch", known->key, NULL, NULL), known->remote, NULL);
		rc = url == NULL ? error_memory(err, file)
				 : fetch_file(f, &(struct wanted){ "data", file, url, NULL }, err);
		if (rc == 0)
			rc = error_set(err, STATUS_INPUT, "%s: the server has no such file (404)", url);
		free(url);
		return rc < 0 ? -1 : 0;
	}
	path = path_join(e->data, file);
	rc = path != NULL && file_exists(path)
		     ? 0
		     : error_set(err, STATUS_INPUT, "%s/%s: no such file, and its source is not known", e->data,
				 file);
	free(path);
	return rc;
}

/* A model below MODELS, and where its files come from. */
struct remote_model {
	const char *name, *path, *source, *revision;
};

/* 1, 0 where the server has no such file, or −1. */
static int fetch_model_file(struct fetch *f, const struct remote_model *m, const char *name, struct error *err)
{
	const char *base = experiment_get(&f->job->experiment, "fetch", "models", NULL, NULL);
	char *file = path_join(m->path, name);
	char *url = download_address(base, m->source, "resolve", m->revision, name, NULL);
	int rc = file == NULL || url == NULL
			 ? error_memory(err, m->name)
			 : fetch_file(f, &(struct wanted){ "models", file, url, m->revision }, err);

	free(file);
	free(url);
	return rc;
}

/* The shards that an index names. */
static int fetch_shards(struct fetch *f, const struct remote_model *m, const char *index, struct error *err)
{
	char *file = path_join(m->path, index), *path = file ? path_join(f->job->experiment.models, file) : NULL;
	json_t *object = NULL, *shard;
	const char *tensor;
	int rc = path == NULL ? error_memory(err, index) : json_read(&object, path, err);

	json_object_foreach(json_object_get(object, "weight_map"), tensor, shard)
	{
		const char *name = json_string_value(shard);

		if (rc < 0 || name == NULL || strchr(name, '/') != NULL)
			continue; /* what such an index is, those who read it say */
		rc = fetch_model_file(f, m, name, err);
		if (rc == 0)
			rc = error_set(err, STATUS_INPUT, "%s: names %s, which the server does not have (404)", path,
				       name);
	}
	json_decref(object);
	free(file);
	free(path);
	return rc < 0 ? -1 : 1;
}

static int fetch_weights(struct fetch *f, const struct remote_model *m, struct error *err)
{
	static const struct {
		const char *whole, *index;
	} forms[] = { { "model.safetensors", "model.safetensors.index.json" },
		      { "pytorch_model.bin", "pytorch_model.bin.index.json" } };

	for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
		int got = fetch_model_file(f, m, forms[i].whole, err);

		if (got == 0 && (got = fetch_model_file(f, m, forms[i].index, err)) == 1)
			got = fetch_shards(f, m, forms[i].index, err);
		if (got != 0)
			return got < 0 ? -1 : 0;
	}
	return error_set(err, STATUS_INPUT, "[model %s]: %s at revision %s has no weights (404)", m->name, m->source,
			 m->revision);
}

/* The files of the list, where the server has them: whether it has each. */
static int fetch_list(int *got, struct fetch *f, const struct remote_model *m, const char *const *files, size_t count,
		      struct error *err)
{
	for (size_t i = 0; i < count; i++) {
		got[i] = fetch_model_file(f, m, files[i], err);
		if (got[i] < 0)
			return -1;
	}
	return 0;
}

/* Configuration, tokenizer in one of its forms, what else is said of its pieces. */
static int fetch_small_files(struct fetch *f, const struct remote_model *m, struct error *err)
{
	static const char *const pieces[] = { "tokenizer.json", "vocab.txt" }, *const older[] = { "vocab.json",
												  "merges.txt" };
	static const char *const facts[] = { "tokenizer_config.json", "special_tokens_map.json",
					     "added_tokens.json" };
	int got[3], config = fetch_model_file(f, m, "config.json", err);

	if (config <= 0)
		return config < 0 ? -1
				  : error_set(err, STATUS_INPUT,
					      "[model %s]: %s at revision %s has no config.json (404)", m->name,
					      m->source, m->revision);
	if (fetch_list(got, f, m, pieces, 2, err) < 0)
		return -1;
	if (got[0] == 0 && got[1] == 0) {
		if (fetch_list(got, f, m, older, 2, err) < 0)
			return -1;
		if (got[0] == 0 || got[1] == 0)
			return error_set(err, STATUS_INPUT,
					 "[model %s]: %s at revision %s has no tokenizer.json, vocab.txt, or "
					 "vocab.json with merges.txt (404)",
					 m->name, m->source, m->revision);
	}
	return fetch_list(got, f, m, facts, 3, err);
}

/* A folder of the user's own is only looked at. */
static int check_own(const char *directory, const char *model, struct error *err)
{
	struct error why;

	if (model_directory_check(directory, &why) == 0)
		return 0;
	return error_set(err, why.status, "[model %s]: %.900s", model, why.text);
}

static int fetch_model(struct fetch *f, const char *model, struct error *err)
{
	const struct experiment *e = &f->job->experiment;
	const char *path = experiment_get(e, "model", "path", model, NULL);
	const char *source = experiment_get(e, "model", "source", model, NULL);
	const char *revision = experiment_get(e, "model", "revision", model, NULL);
	struct remote_model m = { model, path, source ? source : path,
				  revision ? revision : experiment_get(e, "fetch", "revision", NULL, NULL) };

	if (path == NULL)
		return 0;
	if (path[0] == '/')
		return check_own(path, model, err);
	return fetch_small_files(f, &m, err) < 0 ? -1 : fetch_weights(f, &m, err);
}

static int run(struct job *job, struct error *err)
{
	const char *pins = options_get(&job->options, "pins"), *path;
	struct fetch f = { .job = job, .locks = { -1, -1 } };
	int rc = 0;

	if (job_open_experiment(job, err) < 0)
		return -1;
	path = job->experiment.path;
	f.pins = pins ? text_copy(pins) : text_format("%.*sSHA256SUMS", (int)(path_base(path) - path), path);
	for (size_t t = 0; rc == 0 && t < job->experiment.task_count; t++) {
		rc = fetch_data(&f, job->experiment.task_names[t], "train", err);
		if (rc == 0)
			rc = fetch_data(&f, job->experiment.task_names[t], "test", err);
	}
	for (size_t m = 0; rc == 0 && m < job->experiment.model_count; m++)
		rc = fetch_model(&f, job->experiment.model_names[m], err);
	free(f.pins);
	for (size_t i = 0; i < 2; i++)
		if (f.locks[i] >= 0)
			close(f.locks[i]);
	if (rc == 0)
		terminal_say(&job->terminal, "%s: %zu files fetched, %zu were there", job->experiment.name, f.fetched,
			     f.there);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct command command = { "fetch",
						"download the data and the checkpoints of an experiment",
						"[EXPERIMENT] [--data DIR] [--models DIR]",
						options,
						true,
						run };

	return command_main(argc, argv, &command);
}
