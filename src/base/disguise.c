#include "base/disguise.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const char pointer[] = "a Git LFS pointer, not the file itself: git lfs pull brings it";
static const char xet[] = "a Xet pointer, not the file itself: download the file with git-xet or over HTTPS";
static const char page[] = "a page in HTML or XML, not the file itself: download it again, from the address of the "
			   "raw file";
static const char answer[] = "an error that a server answered, not the file itself: download it again";

/* Small letters; white space before them does not count. */
static const struct {
	const char *begins, *words;
} disguises[] = {
	{ "version https://git-lfs.github.com/spec/", pointer },
	{ "version https://hawser.github.com/spec/", pointer },
	{ "# xet version ", xet },
	{ "<!doctype", page },
	{ "<html", page },
	{ "<?xml", page },
	{ "<head", page },
	{ "<error", page },
	{ "{\"error\"", answer },
	{ "{\"errors\"", answer },
	{ "{\"message\"", answer },
	{ "{\"detail\"", answer },
	{ "{\"statuscode\"", answer },
	{ "{\"status\"", answer },
	{ "entry not found", answer },
	{ "repository not found", answer },
	{ "revision not found", answer },
	{ "file not found", answer },
	{ "404: not found", answer },
	{ "404 not found", answer },
	{ "not found", answer },
	{ "invalid username or password", answer },
	{ "access denied", answer },
	{ "access to model", answer },
	{ "unauthorized", answer },
	{ "forbidden", answer },
	{ "too many requests", answer },
	{ "internal server error", answer },
};

/* What the first bytes alone tell; no text in UTF-8 and no weights begin so. */
static const struct {
	const char *begins;
	size_t length;
	const char *words;
} signatures[] = {
	{ "\x1F\x8B", 2, "compressed by gzip: unpack it first" },
	{ "BZh91AY&SY", 10, "compressed by bzip2: unpack it first" },
	{ "\xFD"
	  "7zXZ",
	  5, "compressed by xz: unpack it first" },
	{ "\x28\xB5\x2F\xFD", 4, "compressed by zstd: unpack it first" },
	{ "\xFF\xFE\0\0", 4, "UTF-32, expected UTF-8" }, /* before UTF-16, whose mark begins it */
	{ "\0\0\xFE\xFF", 4, "UTF-32, expected UTF-8" },
	{ "\xFF\xFE", 2, "UTF-16, expected UTF-8" },
	{ "\xFE\xFF", 2, "UTF-16, expected UTF-8" },
};

/* An answer is short, and in one line if it is no JSON, where a file may by chance
 * begin with the same words. */
static bool is_answer(const char *at, const char *end)
{
	const size_t longest = 4096;
	const char *newline = memchr(at, '\n', (size_t)(end - at));

	return (size_t)(end - at) <= longest && (*at == '{' || newline == NULL || newline + 1 == end);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Whether the text begins with the words: of JSON, white space between its
 * signs does not count either. */
static bool begins(const char *data, size_t size, const char *words)
{
	size_t at = 0;
	bool json = words[0] == '{';

	for (; *words != '\0'; words++) {
		while (json && at < size && is_blank(data[at]))
			at++;
		if (at == size || strncasecmp(&data[at], words, 1) != 0)
			return false;
		at++;
	}
	return true;
}

/* Where the content begins: behind a byte order mark and blanks. */
static const char *content_start(const char *data, size_t size)
{
	const char *at = data, *end = data + size;

	if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0)
		at += 3;
	while (at < end && is_blank(*at))
		at++;
	return at;
}

static const char *find_disguise(const char *data, size_t size, bool answers)
{
	const char *at = content_start(data, size), *end = data + size;

	for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++)
		if (size >= signatures[i].length && memcmp(data, signatures[i].begins, signatures[i].length) == 0)
			return signatures[i].words;
	for (size_t i = 0; i < sizeof disguises / sizeof disguises[0]; i++)
		if ((disguises[i].words != answer || (answers && at < end && is_answer(at, end))) &&
		    begins(at, (size_t)(end - at), disguises[i].begins))
			return disguises[i].words;
	return NULL;
}

const char *content_disguise(const char *data, size_t size)
{
	if (content_start(data, size) == data + size)
		return "an empty file: download it again";
	return find_disguise(data, size, true);
}

const char *content_text_disguise(const char *data, size_t size)
{
	return find_disguise(data, size, false);
}

int content_check(const char *path, const char *data, size_t size, struct error *err)
{
	const char *words = content_disguise(data, size);

	return words == NULL ? 0 : error_set(err, STATUS_INPUT, "%s: %s", path, words);
}
