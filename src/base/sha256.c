#include "base/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sha256 {
	EVP_MD_CTX *state;
};

struct sha256 *sha256_new(void)
{
	struct sha256 *s = malloc(sizeof *s);

	if (s == NULL)
		return NULL;
	s->state = EVP_MD_CTX_new();
	if (s->state == NULL || !EVP_DigestInit_ex(s->state, EVP_sha256(), NULL)) {
		EVP_MD_CTX_free(s->state);
		free(s);
		return NULL;
	}
	return s;
}

void sha256_add(struct sha256 *s, const void *data, size_t size)
{
	EVP_DigestUpdate(s->state, data, size);
}

void sha256_end(struct sha256 *s, char hex[65])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char raw[EVP_MAX_MD_SIZE];
	unsigned length = 0;

	EVP_DigestFinal_ex(s->state, raw, &length);
	for (unsigned i = 0; i < 32; i++) {
		hex[2 * i] = digits[raw[i] >> 4];
		hex[2 * i + 1] = digits[raw[i] & 15];
	}
	hex[64] = '\0';
	EVP_MD_CTX_free(s->state);
	free(s);
}

void sha256_bytes(char hex[65], const void *data, size_t size)
{
	struct sha256 *s = sha256_new();

	if (s == NULL)
		abort(); /* a hundred bytes are not to be had: nothing can go on */
	sha256_add(s, data, size);
	sha256_end(s, hex);
}

int sha256_file(char hex[65], uint64_t *bytes, const char *path, struct error *err)
{
	enum { BLOCK = 1 << 18 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct sha256 *s = NULL;
	char *block = NULL;
	ssize_t got = -1;

	if (fd < 0)
		return error_errno(err, path, "read");
	*bytes = 0;
	s = sha256_new();
	block = malloc(BLOCK);
	if (s == NULL || block == NULL) {
		error_memory(err, path);
		goto done;
	}
	while ((got = read(fd, block, BLOCK)) > 0 || (got < 0 && errno == EINTR)) {
		if (got < 0)
			continue;
		sha256_add(s, block, (size_t)got);
		*bytes += (uint64_t)got;
	}
	if (got < 0)
		error_errno(err, path, "read");
done:
	if (s != NULL)
		sha256_end(s, hex);
	free(block);
	close(fd);
	return got < 0 ? -1 : 0;
}
