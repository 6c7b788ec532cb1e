/* tunescope encode: hidden states of lines at every layer. */
#include "stage/command.h"

#include "base/array.h"
#include "encoder/extract.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct option options[] = {
	{ "model", "DIR", "model directory" },
	{ "out", "DIR", "where layer<l>.npy and pieces.tsv go" },
	{ "kernels", "NAME", "of earlier versions, without effect: portable or native" },
	{ NULL, NULL, NULL },
};

/* Keeps standard input in a file beside the results, since it is read twice. */
static int keep_input(const char *path, struct error *err)
{
	char block[65536];
	size_t got;
	FILE *file = fopen(path, "we");
	int rc = 0;

	if (file == NULL)
		return error_errno(err, path, "write");
	while (rc == 0 && (got = fread(block, 1, sizeof block, stdin)) > 0)
		if (fwrite(block, 1, got, file) != got)
			rc = error_errno(err, path, "write");
	if (rc == 0 && ferror(stdin))
		rc = error_errno(err, "standard input", "read");
	return fclose(file) != 0 && rc == 0 ? error_errno(err, path, "write") : rc;
}

static int run(struct job *job, struct error *err)
{
	const char *model = options_need(&job->options, "model", err);
	const char *out = model == NULL ? NULL : options_need(&job->options, "out", err);
	char *path = out == NULL ? NULL : text_format("%s/.lines.%ld.tmp", out, (long)getpid());
	int rc = -1;

	if (out != NULL && path == NULL)
		error_memory(err, "paths");
	else if (out != NULL && job_open_out(job, out, err) == 0 && keep_input(path, err) == 0)
		rc = encode_run(model, path, &job->out, &job->context, err);
	if (path != NULL)
		unlink(path);
	if (rc < 0)
		job_drop_out(job);
	free(path);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct command command = {
		"encode", "hidden states of lines at every layer", "--model DIR --out DIR < lines", options, false,
		run
	};

	return command_main(argc, argv, &command);
}
