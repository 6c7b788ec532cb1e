#include "stage/download.h"

#include "base/array.h"
#include "base/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* How curl ended: its own status (−1: it could not be started), the server's, and
 * what it said of them. */
struct reply {
	int status;
	long code;
	long long size; /* of the whole file, by the header Content-Range; −1: unknown */
	char words[256];
};

static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Three lines: the server's status, Content-Range, curl's message. */
static void read_reply(struct reply *out, FILE *from)
{
	char line[256];

	if (fgets(line, sizeof line, from) != NULL)
		out->code = strtol(line, NULL, 10);
	if (fgets(line, sizeof line, from) != NULL && strchr(line, '/') != NULL &&
	    isdigit((unsigned char)strchr(line, '/')[1]))
		out->size = strtoll(strchr(line, '/') + 1, NULL, 10);
	if (fgets(out->words, sizeof out->words, from) != NULL)
		out->words[strcspn(out->words, "\n")] = '\0';
}

static struct reply run_curl(const char *url, const char *to)
{
	char *argv[] = { "curl",
			 "--fail",
			 "--location",
			 "--silent",
			 "--globoff",
			 "--proto",
			 "=http,https",
			 "--retry",
			 "2",
			 "--retry-delay",
			 "1",
			 "--connect-timeout",
			 "30",
			 "--continue-at",
			 "-",
			 "--write-out",
			 "%{http_code}\n%header{content-range}\n%{errormsg}\n",
			 "--output",
			 (char *)to,
			 "--url",
			 (char *)url,
			 NULL };
	struct reply reply = { -1, 0, -1, "" };
	posix_spawn_file_actions_t actions;
	int ends[2], failed;
	FILE *from;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return reply;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	failed = posix_spawnp(&child, "curl", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	from = failed ? NULL : fdopen(ends[0], "r");
	if (from != NULL)
		read_reply(&reply, from);
	if (from != NULL)
		fclose(from);
	else
		close(ends[0]);
	if (failed)
		snprintf(reply.words, sizeof reply.words, "%s", strerror(failed));
	else
		reply.status = wait_for(child);
	return reply;
}

static long long size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (long long)st.st_size : -1;
}

/* 22 is curl's status for an answer of 400 and above. */
static int report(const char *url, const struct reply *reply, struct error *err)
{
	const char *more = reply->code == 429   ? " (too many requests)"
			   : reply->code >= 500 ? " (it is in trouble)"
						: "";

	if (reply->status == 22)
		return error_set(
			err, STATUS_MACHINE,
			"%s: the server answered %ld%s, which does not say that the file is absent; run again "
			"later",
			url, reply->code, more);
	return error_set(err, STATUS_MACHINE, "%s: curl could not fetch it: %s%s", url,
			 reply->words[0] ? reply->words : "it ended without a word",
			 reply->status > 0 ? "; run again to go on where it stopped" : "");
}

int download(const char *url, const char *part, struct error *err)
{
	struct reply reply = run_curl(url, part);
	bool ranges = reply.status == 33 || reply.status == 36; /* the server knows none */

	/* Nothing follows what is there: it is whole, or of another file. */
	if (reply.code == 416 && reply.size >= 0 && reply.size == size_of(part))
		return 1;
	if (reply.code == 416 || ranges) {
		unlink(part);
		reply = run_curl(url, part);
	}
	if (reply.status == 0 && file_exists(part))
		return 1;
	if (reply.status == 22 && reply.code == 404)
		return 0;
	return report(url, &reply, err);
}

static void escape_part(FILE *to, const char *part)
{
	for (; *part != '\0'; part++) {
		unsigned char byte = (unsigned char)*part;

		if (isalnum(byte) || strchr("-._~/", byte) != NULL)
			fputc(byte, to);
		else
			fprintf(to, "%%%02X", byte);
	}
}

char *download_address(const char *base, ...)
{
	size_t size = 0;
	char *text = NULL;
	FILE *to = open_memstream(&text, &size);
	va_list parts;

	if (to == NULL)
		return NULL;
	fputs(base, to);
	va_start(parts, base);
	for (const char *part; (part = va_arg(parts, const char *)) != NULL;) {
		fputc('/', to);
		escape_part(to, part);
	}
	va_end(parts);
	if (fclose(to) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
