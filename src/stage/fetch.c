/* tunescope fetch: the data and the checkpoints that an experiment names,
 * brought with curl to where DATA and MODELS expect them. A download that was
 * cut goes on where it stopped. Digests are checked against experiments/
 * SHA256SUMS; for a file that has none there, the digest seen first is kept in
 * fetched.sha256 below DATA or MODELS, and must not change afterwards. */
#include "stage/command.h"

#include "base/array.h"
#include "base/file.h"
#include "base/output.h"
#include "base/sha256.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const struct option options[] = {
	{ "pins", "FILE", "known digests (SHA256SUMS beside the experiment file)" },
	{ NULL, NULL, NULL },
};

/* Where the files below DATA come from: the address is that of the key, then
 * the remote name. */
static const struct {
	const char *file, *key, *remote;
} data_files[] = {
	{ "ud-english-pud/en_pud-ud-test.conllu", "ud", "en_pud-ud-test.conllu" },
	{ "streusle-4.2/train.conllulex", "streusle", "train/streusle.ud_train.conllulex" },
	{ "streusle-4.2/dev.conllulex", "streusle", "dev/streusle.ud_dev.conllulex" },
	{ "streusle-4.2/test.conllulex", "streusle", "test/streusle.ud_test.conllulex" },
	{ "trec/train_5500.label", "trec", "train_5500.label" },
	{ "trec/TREC_10.label", "trec", "TREC_10.label" },
};

struct fetch {
	struct job *job;
	char *pins; /* path of the known digests */
	size_t fetched, there;
};

/* The digest that a list in the form of sha256sum gives a name; 0 if none. */
static int find_pin(const char *list, const char *name, char hex[65])
{
	struct mapping map;
	struct line line = { 0 };
	struct error ignored;
	size_t length = strlen(name);
	int found = 0;

	if (list == NULL || !file_exists(list) || mapping_open(&map, list, &ignored) < 0)
		return 0;
	while (!found && line_next(&line, &map)) {
		if (line.length != 66 + length || memcmp(line.data + 66, name, length) != 0)
			continue;
		memcpy(hex, line.data, 64);
		hex[64] = '\0';
		found = 1;
	}
	mapping_close(&map);
	return found;
}

/* Adds "digest  name" to the list of digests seen first. */
static int remember(const char *list, const char *name, const char *hex, struct error *err)
{
	struct folder folder = { 0 };
	struct mapping map = { "", 0 };
	struct output *o = NULL;
	char *directory = text_copy_n(list, (size_t)(path_base(list) - list));
	int rc = -1;

	if (directory == NULL)
		return error_memory(err, list);
	if ((!file_exists(list) || mapping_open(&map, list, err) == 0) && folder_open(&folder, directory, err) == 0 &&
	    output_open(&o, &folder, path_base(list), err) == 0) {
		output_write(o, map.data, map.size);
		output_format(o, "%s  %s\n", hex, name);
		rc = output_commit(o, err);
	}
	mapping_close(&map);
	folder_release(&folder);
	free(directory);
	return rc;
}

/* curl's own exit status; −1 if it cannot be started. */
static int run_curl(const char *url, const char *to)
{
	char *argv[] = { "curl",
			 "--fail",
			 "--location",
			 "--silent",
			 "--show-error",
			 "--retry",
			 "2",
			 "--retry-delay",
			 "1",
			 "--connect-timeout",
			 "30",
			 "--continue-at",
			 "-",
			 "--output",
			 (char *)to,
			 (char *)url,
			 NULL };
	pid_t child;
	int status;

	if (posix_spawnp(&child, "curl", NULL, NULL, argv, environ) != 0)
		return -1;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The digest must be the pinned one, or the one seen first. */
static int check_digest(struct fetch *f, const char *root, const char *name, const char *path, struct error *err)
{
	char *seen = path_join(root, "fetched.sha256"), pin[65], found[65];
	uint64_t bytes;
	int rc = -1;

	if (seen == NULL)
		return error_memory(err, name);
	if (sha256_file(found, &bytes, path, err) == 0) {
		if (!find_pin(f->pins, name, pin) && !find_pin(seen, name, pin))
			rc = remember(seen, name, found, err);
		else if (strcmp(pin, found) == 0)
			rc = 0;
		else
			error_set(err, STATUS_CHECK, "%s: SHA-256 is %s, expected %s", path, found, pin);
	}
	free(seen);
	return rc;
}

/* 22 is curl's status for an answer of 400 and above, 33 and 36 a range that
 * the server refuses. */
static int download(const char *url, const char *part, int optional, struct error *err)
{
	int status = run_curl(url, part);

	if (status == 33 || status == 36) {
		unlink(part);
		status = run_curl(url, part);
	}
	if (status == 0)
		return 1;
	if (status == 22)
		unlink(part);
	if (status == 22 && optional)
		return 0;
	return error_set(err, STATUS_MACHINE, "%s: curl could not fetch it (status %d)%s", url, status,
			 status != 22 && status > 0 ? "; run again to go on where it stopped" : "");
}

/* Brings one file; `where` is "data" or "models". Returns 1 if it is there, 0
 * if it is optional and the server has none. */
static int fetch_file(struct fetch *f, const char *where, const char *file, const char *url, int optional,
		      struct error *err)
{
	const struct experiment *e = &f->job->experiment;
	const char *root = strcmp(where, "data") == 0 ? e->data : e->models;
	char *name = path_join(where, file), *path = path_join(root, file),
	     *part = path ? text_format("%s.part", path) : NULL;
	char *directory = path ? text_copy_n(path, (size_t)(path_base(path) - path)) : NULL;
	int rc = -1;

	if (name == NULL || part == NULL || directory == NULL) {
		error_memory(err, file);
	} else if (file_exists(path)) {
		rc = check_digest(f, root, name, path, err) < 0 ? -1 : 1;
		f->there++;
	} else if (directory_make(directory, err) == 0) {
		terminal_say(&f->job->terminal, "%s", url);
		rc = download(url, part, optional, err);
		if (rc == 1 && check_digest(f, root, name, part, err) < 0) {
			unlink(part);
			rc = -1;
		}
		if (rc == 1 && rename(part, path) < 0)
			rc = error_errno(err, path, "write");
		f->fetched += rc == 1;
	}
	free(name);
	free(path);
	free(part);
	free(directory);
	return rc;
}

static int fetch_data(struct fetch *f, const char *task, const char *key, struct error *err)
{
	const struct experiment *e = &f->job->experiment;
	const char *file = experiment_get(e, "task", key, NULL, task);
	char *url, *path;
	int rc;

	if (file == NULL)
		return 0;
	for (size_t i = 0; i < sizeof data_files / sizeof data_files[0]; i++) {
		if (strcmp(data_files[i].file, file) != 0)
			continue;
		url = text_format("%s/%s", experiment_get(e, "fetch", data_files[i].key, NULL, NULL),
				  data_files[i].remote);
		rc = url == NULL ? error_memory(err, file) : fetch_file(f, "data", file, url, 0, err);
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

static int fetch_model_file(struct fetch *f, const char *model, const char *name, int optional, struct error *err)
{
	const struct experiment *e = &f->job->experiment;
	const char *path = experiment_get(e, "model", "path", model, NULL);
	const char *source = experiment_get(e, "model", "source", model, NULL);
	char *file = path_join(path, name);
	char *url = text_format("%s/%s/resolve/%s/%s", experiment_get(e, "fetch", "models", NULL, NULL),
				source ? source : path, experiment_get(e, "fetch", "revision", NULL, NULL), name);
	int rc = file == NULL || url == NULL ? error_memory(err, model)
					     : fetch_file(f, "models", file, url, optional, err);

	free(file);
	free(url);
	return rc;
}

static int fetch_model(struct fetch *f, const char *model, struct error *err)
{
	int weights;

	if (experiment_get(&f->job->experiment, "model", "path", model, NULL) == NULL)
		return 0;
	if (fetch_model_file(f, model, "config.json", 0, err) < 0 ||
	    fetch_model_file(f, model, "vocab.txt", 0, err) < 0 ||
	    fetch_model_file(f, model, "tokenizer_config.json", 1, err) < 0)
		return -1;
	weights = fetch_model_file(f, model, "model.safetensors", 1, err);
	if (weights == 0)
		weights = fetch_model_file(f, model, "pytorch_model.bin", 0, err);
	return weights < 0 ? -1 : 0;
}

static int run(struct job *job, struct error *err)
{
	const char *pins = options_get(&job->options, "pins"), *path;
	struct fetch f = { .job = job };
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
	if (rc == 0)
		terminal_say(&job->terminal, "%s: %zu files fetched, %zu were there", job->experiment.name, f.fetched,
			     f.there);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct command command = { "fetch", "download the data and the checkpoints of an experiment",
						"--experiment FILE [--data DIR] [--models DIR]", options, run };

	return command_main(argc, argv, &command);
}
