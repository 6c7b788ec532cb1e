#include "stage/download.h"

#include "base/array.h"
#include "base/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { LOCK_IN_CHILD = 9 };

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

/* Reads to the end of a pipe, and ends the child where the context stops. */
static void read_pipe(char *out, size_t size, int from, pid_t child, const struct context *ctx)
{
	size_t used = 0;
	bool told = false;

	while (used + 1 < size) {
		struct pollfd ready = { .fd = from, .events = POLLIN };
		ssize_t got = 1;

		if (!told && context_stopped(ctx)) {
			kill(child, SIGTERM);
			told = true;
		}
		if (poll(&ready, 1, 200) > 0)
			got = read(from, out + used, size - used - 1);
		else
			continue;
		if (got == 0 || (got < 0 && errno != EINTR))
			break;
		used += got > 0 ? (size_t)got : 0;
	}
	out[used] = '\0';
}

/* Three lines: the server's status, Content-Range, curl's message. */
static void read_reply(struct reply *out, char *text)
{
	char *code = strsep(&text, "\n"), *range = strsep(&text, "\n"), *words = strsep(&text, "\n"), *slash;

	out->code = code == NULL ? 0 : strtol(code, NULL, 10);
	slash = range == NULL ? NULL : strchr(range, '/');
	if (slash != NULL && isdigit((unsigned char)slash[1]))
		out->size = strtoll(slash + 1, NULL, 10);
	snprintf(out->words, sizeof out->words, "%s", words == NULL ? "" : words);
}

/* `condition` is a header, or NULL. A server that is slower than a byte a second
 * for a minute, or that wants to be asked again only in more than a minute, is
 * waited for no longer. */
static struct reply run_curl(const char *url, const char *to, const char *head, const char *condition, int lock,
			     const struct context *ctx)
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
			 "--retry-max-time",
			 "60",
			 "--connect-timeout",
			 "30",
			 "--speed-limit",
			 "1",
			 "--speed-time",
			 "60",
			 "--continue-at",
			 "-",
			 "--dump-header",
			 (char *)head,
			 "--write-out",
			 "%{http_code}\n%header{content-range}\n%{errormsg}\n",
			 "--output",
			 (char *)to,
			 "--url",
			 (char *)url,
			 condition == NULL ? NULL : "--header",
			 (char *)condition,
			 NULL };
	struct reply reply = { -1, 0, -1, "" };
	posix_spawn_file_actions_t actions;
	char text[1024];
	int ends[2], failed;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return reply;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	if (lock >= 0)
		posix_spawn_file_actions_adddup2(&actions, lock, LOCK_IN_CHILD);
	failed = posix_spawnp(&child, "curl", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (failed) {
		snprintf(reply.words, sizeof reply.words, "%s", strerror(failed));
	} else {
		read_pipe(text, sizeof text, ends[0], child, ctx);
		read_reply(&reply, text);
		reply.status = wait_for(child);
	}
	close(ends[0]);
	return reply;
}

static long long size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (long long)st.st_size : -1;
}

/* What a server's answer of 400 and above, without 404, means: 22 is curl's status
 * for it. */
static int report(const char *url, const struct reply *reply, struct error *err)
{
	const long code = reply->code;

	if (reply->status == 22 && (code == 401 || code == 403))
		return error_set(err, STATUS_MACHINE,
				 "%s: the server answered %ld: the name may be wrong, or not open to everybody", url,
				 code);
	if (reply->status == 22 && (code == 410 || code == 451))
		return error_set(err, STATUS_MACHINE, "%s: the server answered %ld: it was taken away", url, code);
	if (reply->status == 22)
		return error_set(
			err, STATUS_MACHINE,
			"%s: the server answered %ld%s, which does not say that the file is absent; run again "
			"later",
			url, code,
			code == 429   ? " (too many requests)"
			: code >= 500 ? " (it is in trouble)"
				      : "");
	if (reply->status == 28)
		return error_set(err, STATUS_MACHINE,
				 "%s: the server sent nothing for too long; run again to go on where it stopped",
				 url);
	if (reply->status == 0)
		return error_set(err, STATUS_MACHINE, "%s: the server answered %ld, and sent no file", url, code);
	return error_set(err, STATUS_MACHINE, "%s: curl could not fetch it: %s%s", url,
			 reply->words[0] ? reply->words : "it ended without a word",
			 reply->status > 0 ? "; run again to go on where it stopped" : "");
}

/* The entity tag of the last answer in a file of headers, as `If-Range: "…"`, in new
 * memory. NULL if there is none that says that all bytes are the same. */
static char *condition_of(const char *head)
{
	static const char key[] = "etag:";
	struct mapping map = { 0 };
	struct line line = { 0 };
	struct error ignored;
	char *condition = NULL;

	if (!file_exists(head) || mapping_open(&map, head, &ignored) < 0)
		return NULL;
	while (line_next(&line, &map)) {
		const char *at = line.data + sizeof key - 1, *end = line.data + line.length;

		if (line.length > 5 && strncmp(line.data, "HTTP/", 5) == 0) { /* another answer begins */
			free(condition);
			condition = NULL;
		}
		if (line.length < sizeof key || strncasecmp(line.data, key, sizeof key - 1) != 0)
			continue;
		while (at < end && *at == ' ')
			at++;
		free(condition);
		condition = at < end && *at == '"' ? text_format("If-Range: %.*s", (int)(end - at), at) : NULL;
	}
	mapping_close(&map);
	return condition;
}

/* Whether the answer has the tag that it was asked for. */
static bool same_tag(const char *condition, const char *head)
{
	char *now = condition_of(head);
	bool same = condition != NULL && now != NULL && strcmp(condition, now) == 0;

	free(now);
	return same;
}

static bool holds(const char *path, const char *text)
{
	struct mapping map;
	struct error ignored;
	bool same;

	if (!file_exists(path) || mapping_open(&map, path, &ignored) < 0)
		return false;
	same = map.size == strlen(text) && memcmp(map.data, text, map.size) == 0;
	mapping_close(&map);
	return same;
}

static int record(const char *path, const char *text, struct error *err)
{
	FILE *file = fopen(path, "we");
	bool written = file != NULL && fputs(text, file) >= 0;

	if (file == NULL || fclose(file) != 0 || !written)
		return error_errno(err, path, "write");
	return 0;
}

/* With the paths of what is kept beside the part. */
static int bring(const char *url, const char *part, const char *from, const char *head, int lock,
		 const struct context *ctx, struct error *err)
{
	const bool recorded = file_exists(from), same = recorded && holds(from, url);
	char *condition = same ? condition_of(head) : NULL;
	struct reply reply;
	bool anew;

	if (recorded && condition == NULL)
		unlink(part);
	if (record(from, url, err) < 0) {
		free(condition);
		return -1;
	}
	reply = run_curl(url, part, head, condition, lock, ctx);
	if (reply.code == 206 && !same_tag(condition, head)) /* who knows of what the beginning was */
		reply.code = 416;
	free(condition);
	/* Nothing follows what is there: it is whole, or of another file. */
	if (reply.status == 22 && reply.code == 416 && reply.size >= 0 && reply.size == size_of(part))
		return 1;
	anew = reply.code == 416 || reply.status == 33 || reply.status == 36; /* no ranges, or another file */
	if (anew && !context_stopped(ctx)) {
		unlink(part);
		reply = run_curl(url, part, head, NULL, lock, ctx);
	}
	if (context_stopped(ctx))
		return context_stop_error(err);
	if (reply.status == 0 && file_exists(part))
		return 1;
	if (reply.status == 22 && reply.code == 404)
		return 0;
	return report(url, &reply, err);
}

/* The paths of the address and the headers, in new memory. */
static int beside(const char *part, char **from, char **head)
{
	*from = text_format("%s.from", part);
	*head = text_format("%s.head", part);
	return *from == NULL || *head == NULL ? -1 : 0;
}

int download(const char *url, const char *part, int lock, const struct context *ctx, struct error *err)
{
	char *from, *head;
	int rc = beside(part, &from, &head) < 0 ? error_memory(err, part)
						: bring(url, part, from, head, lock, ctx, err);

	if (rc == 0 || (rc < 0 && !file_exists(part)))
		download_forget(part);
	free(from);
	free(head);
	return rc;
}

void download_forget(const char *part)
{
	char *from, *head;

	if (beside(part, &from, &head) == 0) {
		unlink(from);
		unlink(head);
	}
	free(from);
	free(head);
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
