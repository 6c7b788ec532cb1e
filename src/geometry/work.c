#include "geometry/work.h"

#include "base/array.h"
#include "base/file.h"
#include "base/sha256.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The file is a head and then sections, each a count of bytes and the bytes, in
 * the machine's own order: it is read by the machine that wrote it, or not at
 * all. The head has the digest of everything behind it: a file of which a bit was
 * lost is none. */
static const char magic[8] = "TSWORK3";

struct head {
	char magic[8];
	char seal[64]; /* SHA-256 of what follows, in hexadecimal */
	char digest[72];
	uint64_t phase, bad, good, undecided;
	uint64_t clustered, clusters, merges, tried, refused, partition_undecided;
	uint64_t measured, overlapping, measures_undecided, open;
};

enum { SECTIONS = 12 };

struct section {
	void **data; /* where the array hangs */
	size_t bytes;
};

/* The arrays of a work, with the sizes they must have; those of the trials and
 * merges are known once the file says them. */
static void sections_of(struct section out[SECTIONS], struct work *w, const struct points *p, size_t clusters)
{
	size_t n = p->labels;
	struct measures *m = &w->measures;

	out[0] = (struct section){ (void **)&w->memory.apart, n * n };
	out[1] = (struct section){ (void **)&w->memory.merges, w->memory.merge_count * sizeof(struct merge) };
	out[2] = (struct section){ (void **)&w->memory.trials, w->memory.trial_count * sizeof(struct trial) };
	out[3] = (struct section){ (void **)&w->partition.cluster, p->count * sizeof(uint32_t) };
	out[4] = (struct section){ (void **)&m->cluster, clusters * sizeof *m->cluster };
	out[5] = (struct section){ (void **)&m->distance, n * n * sizeof *m->distance };
	out[6] = (struct section){ (void **)&m->gap, n * n * sizeof *m->gap };
	out[7] = (struct section){ (void **)&m->pairs, n * n * sizeof *m->pairs };
	out[8] = (struct section){ (void **)&m->minimum, n * sizeof *m->minimum };
	out[9] = (struct section){ (void **)&m->nearest, n * sizeof *m->nearest };
	out[10] = (struct section){ (void **)&m->overlap, n * n * sizeof *m->overlap };
	out[11] = (struct section){ NULL, 0 };
}

static uint64_t section_bytes(const struct section *s)
{
	return *s->data == NULL ? 0 : s->bytes;
}

/* Where what is sealed begins. */
enum { SEALED = offsetof(struct head, digest) };

static int seal(struct head *h, const struct section *sections)
{
	struct sha256 *digest = sha256_new();
	char hex[65];

	if (digest == NULL)
		return -1;
	sha256_add(digest, (const char *)h + SEALED, sizeof *h - SEALED);
	for (size_t i = 0; sections[i].data != NULL; i++) {
		const uint64_t bytes = section_bytes(&sections[i]);

		sha256_add(digest, &bytes, sizeof bytes);
		sha256_add(digest, *sections[i].data, bytes);
	}
	sha256_end(digest, hex);
	memcpy(h->seal, hex, sizeof h->seal);
	return 0;
}

static bool is_sealed(const struct mapping *map)
{
	char hex[65];

	if (map->size < sizeof(struct head))
		return false;
	sha256_bytes(hex, map->data + SEALED, map->size - SEALED);
	return memcmp(hex, map->data + offsetof(struct head, seal), sizeof hex - 1) == 0;
}

int work_save(const struct work *work, const char *folder, const char *name, const struct points *points,
	      struct error *err)
{
	struct work w = *work;
	struct section sections[SECTIONS];
	struct folder place;
	struct output *o = NULL;
	struct head h = {
		.phase = (uint64_t)w.memory.phase,
		.bad = w.memory.bad,
		.good = w.memory.good,
		.undecided = w.memory.undecided,
		.clustered = w.clustered,
		.clusters = w.partition.clusters,
		.merges = w.partition.merges,
		.tried = w.partition.tried,
		.refused = w.partition.refused,
		.partition_undecided = w.partition.undecided,
		.measured = w.measured,
		.overlapping = w.measures.overlapping,
		.measures_undecided = w.measures.undecided,
		.open = w.measures.open,
	};
	int rc;

	memcpy(h.magic, magic, sizeof magic);
	memcpy(h.digest, w.digest, sizeof w.digest);
	sections_of(sections, &w, points, w.partition.clusters);
	if (folder_open(&place, folder, err) < 0)
		return -1;
	rc = seal(&h, sections) < 0 ? error_memory(err, name) : output_open(&o, &place, name, err);
	if (rc == 0) {
		output_write(o, &h, sizeof h);
		for (size_t i = 0; sections[i].data != NULL; i++) {
			const uint64_t bytes = section_bytes(&sections[i]);

			output_write(o, &bytes, sizeof bytes);
			output_write(o, *sections[i].data, bytes);
		}
		rc = output_commit(o, err);
	}
	folder_release(&place);
	return rc;
}

/* Reads the sections; false if they do not fit. */
static bool load_sections(struct work *w, const struct mapping *map, const struct points *p, size_t clusters)
{
	struct section sections[SECTIONS];
	size_t at = sizeof(struct head);

	sections_of(sections, w, p, clusters);
	for (size_t i = 0; sections[i].data != NULL; i++) {
		uint64_t bytes;

		if (map->size - at < sizeof bytes)
			return false;
		memcpy(&bytes, map->data + at, sizeof bytes);
		at += sizeof bytes;
		if (map->size - at < bytes)
			return false;
		if (i == 1)
			w->memory.merge_count = bytes / sizeof(struct merge);
		else if (i == 2)
			w->memory.trial_count = w->memory.trial_capacity = bytes / sizeof(struct trial);
		else if (bytes != 0 && bytes != sections[i].bytes)
			return false;
		if (bytes > 0) {
			*sections[i].data = array_new(bytes, 1, 1);
			if (*sections[i].data == NULL)
				return false;
			memcpy(*sections[i].data, map->data + at, bytes);
		}
		at += bytes;
	}
	return at == map->size;
}

/* Whether all arrays of the measures are there, with labels that are. */
static bool has_measures(const struct measures *m)
{
	if (m->cluster == NULL || m->distance == NULL || m->gap == NULL || m->pairs == NULL || m->minimum == NULL ||
	    m->nearest == NULL || m->overlap == NULL)
		return false;
	for (size_t l = 0; l < m->labels; l++)
		if (m->nearest[l] < -1 || m->nearest[l] >= (int)m->labels)
			return false;
	for (size_t c = 0; c < m->clusters; c++)
		if (m->cluster[c].label >= m->labels)
			return false;
	return true;
}

/* Indices that would lead outside of arrays. */
static bool is_sound(const struct work *w, const struct points *p)
{
	if (w->memory.merge_count >= p->count || w->memory.phase > PARTITION_FORWARD ||
	    (w->memory.phase >= PARTITION_LABELS && w->memory.apart == NULL) ||
	    (w->memory.phase >= PARTITION_LINKAGE && w->memory.merges == NULL) ||
	    (w->memory.phase >= PARTITION_BAD && w->memory.good > w->memory.merge_count) ||
	    (w->clustered && w->partition.cluster == NULL) ||
	    (w->measured && !(w->clustered && has_measures(&w->measures))))
		return false;
	for (size_t i = 0; i < w->memory.merge_count; i++)
		if (w->memory.merges[i].a >= w->memory.merges[i].b || w->memory.merges[i].b >= p->count ||
		    p->label[w->memory.merges[i].a] != p->label[w->memory.merges[i].b])
			return false;
	for (size_t i = 0; w->clustered && i < p->count; i++)
		if (w->partition.cluster[i] >= w->partition.clusters)
			return false;
	return true;
}

int work_parse(struct work *work, const char *data, size_t size, const struct points *points)
{
	struct mapping map = { data, size };
	struct work w = { 0 };
	struct head h;

	if (size < sizeof h)
		return -1;
	memcpy(&h, data, sizeof h);
	if (memcmp(h.magic, magic, sizeof magic) != 0 || memcmp(h.digest, work->digest, sizeof work->digest) != 0 ||
	    h.clusters > points->count)
		return -1;
	memcpy(w.digest, h.digest, sizeof w.digest);
	w.clustered = h.clustered != 0;
	w.measured = h.measured != 0;
	w.memory.phase = (enum partition_phase)h.phase;
	w.memory.bad = (uint32_t)h.bad;
	w.memory.good = (uint32_t)h.good;
	w.memory.undecided = h.undecided;
	w.partition.clusters = h.clusters;
	w.partition.merges = (uint32_t)h.merges;
	w.partition.tried = h.tried;
	w.partition.refused = h.refused;
	w.partition.undecided = h.partition_undecided;
	w.measures.labels = points->labels;
	w.measures.clusters = h.clusters;
	w.measures.overlapping = h.overlapping != 0;
	w.measures.undecided = h.measures_undecided;
	w.measures.open = h.open;
	if (load_sections(&w, &map, points, h.clusters) && is_sound(&w, points)) {
		work_release(work);
		*work = w;
		return 0;
	}
	work_release(&w);
	return -1;
}

void work_load(struct work *work, const char *folder, const char *name, const struct points *points)
{
	char *path = path_join(folder, name);
	struct mapping map = { "", 0 };
	struct error ignored;

	if (path != NULL && file_exists(path) && mapping_open(&map, path, &ignored) == 0 && is_sealed(&map))
		work_parse(work, map.data, map.size, points);
	mapping_close(&map);
	free(path);
}

void work_release(struct work *work)
{
	partition_memory_release(&work->memory);
	partition_release(&work->partition);
	measures_release(&work->measures);
	work->clustered = work->measured = false;
}
