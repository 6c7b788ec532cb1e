/* tunescope tokenize: lines to word pieces. */
#include "stage/command.h"

#include "encoder/config.h"
#include "text/tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ "model", "DIR", "model directory" },
	{ NULL, NULL, NULL },
};

static int tokenize_line(const struct tokenizer *t, const char *line, size_t length, size_t number,
			 struct pieces *pieces, struct error *err)
{
	struct error fault;

	pieces->count = 0;
	if (tokenizer_text(t, line, length, pieces, &fault) < 0)
		return error_set(err, fault.status, "line %zu: %s", number, fault.text);
	for (size_t i = 0; i < pieces->count; i++)
		printf("%s%s", i ? " " : "", tokenizer_piece(t, pieces->ids[i]));
	putchar('\n');
	return 0;
}

static int run(struct job *job, struct error *err)
{
	const char *model = options_need(&job->options, "model", err);
	struct tokenizer *t = NULL;
	struct pieces pieces = { 0 };
	char *line = NULL;
	size_t room = 0, number = 0;
	ssize_t length;
	int rc = 0;

	if (model == NULL || config_check_type(model, err) < 0 || tokenizer_load(&t, model, err) < 0)
		return -1;
	while (rc == 0 && (length = getline(&line, &room, stdin)) >= 0) {
		if (length > 0 && line[length - 1] == '\n')
			length--;
		rc = tokenize_line(t, line, (size_t)length, ++number, &pieces, err);
	}
	if (fflush(stdout) != 0 && rc == 0)
		rc = error_errno(err, "standard output", "write");
	free(line);
	pieces_release(&pieces);
	tokenizer_free(t);
	return rc;
}

int main(int argc, char **argv)
{
	static const struct command command = {
		"tokenize", "word pieces of lines", "--model DIR < lines > pieces", options, false, run
	};

	return command_main(argc, argv, &command);
}
