/* Helpers for tests that run DirectProbe on files. */
#ifndef TESTS_GEOMETRY_PROBE_H
#define TESTS_GEOMETRY_PROBE_H

#include "num/near.h"

#include "base/json.h"
#include "base/random.h"
#include "base/table.h"
#include "geometry/directprobe.h"
#include "num/npy.h"

#include <string.h>

static inline void probe_write(const char *folder, const char *name, const char *text)
{
	struct error err = { 0 };
	struct folder f;

	if (folder_open(&f, folder, &err) < 0 || output_file(&f, name, text, strlen(text), &err) < 0)
		fail_msg("%s", err.text);
	folder_release(&f);
}

static inline void assert_same_file(const char *a, const char *b, const char *name)
{
	char *x = support_text(a, name), *y = support_text(b, name);

	assert_string_equal(x, y);
	free(x);
	free(y);
}

/* Labelled points of `types` kinds, about whose places the uses of two labels
 * may mix. Writes embeddings.npy and labels.txt. */
static inline void probe_points(const char *folder, size_t n, size_t d, size_t labels, double spread, uint64_t seed)
{
	struct error err = { 0 };
	struct folder f;
	struct stream s;
	float *x = array_new(n, d, sizeof *x), *place = array_new(n / 4 + 1, d, sizeof *place);
	struct output *o;

	stream_init(&s, seed);
	for (size_t i = 0; i < (n / 4 + 1) * d; i++)
		place[i] = (float)stream_normal(&s);
	if (folder_open(&f, folder, &err) < 0 || output_open(&o, &f, "labels.txt", &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < n; i++) {
		size_t type = stream_below(&s, (uint32_t)(n / 4 + 1));

		for (size_t k = 0; k < d; k++)
			x[i * d + k] = place[type * d + k] + (float)(spread * stream_normal(&s));
		output_format(o, "l%zu\n", (type + (type % 3 == 0 ? stream_below(&s, 2) : 0)) % labels);
	}
	if (output_commit(o, &err) < 0 || npy_write(&f, "embeddings.npy", matrix_of(x, n, d), &err) < 0)
		fail_msg("%s", err.text);
	folder_release(&f);
	free(x);
	free(place);
}

struct probe {
	char *embeddings, *labels, *out;
	const char *clusters, *certificates, *program;
	struct directprobe_params params;
	struct context ctx;
};

/* Runs on DIR/embeddings.npy and DIR/labels.txt, to DIR/OUT. */
static inline struct probe probe_of(const char *folder, const char *out, long min_points, const struct context *ctx)
{
	return (struct probe){ .embeddings = path_join(folder, "embeddings.npy"),
			       .labels = path_join(folder, "labels.txt"),
			       .out = path_join(folder, out),
			       .program = "this one",
			       .params = { .min_points = min_points, .seed = 1 },
			       .ctx = *ctx };
}

static inline int probe_run(struct probe *p, struct error *err)
{
	struct directprobe_layer layer = { 0, p->embeddings };
	struct directprobe_job job = { .layers = &layer,
				       .layer_count = 1,
				       .plain = true,
				       .labels = p->labels,
				       .clusters = p->clusters,
				       .certificates = p->certificates,
				       .params = p->params,
				       .program = p->program };
	struct folder f;
	int rc = folder_open(&f, p->out, err);

	if (rc == 0)
		rc = directprobe_run(&job, &f, &p->ctx, err);
	if (rc == 0)
		folder_settle(&f);
	folder_release(&f);
	return rc;
}

static const char *const probe_outputs[] = { "clusters.txt",    "clusters.csv",  "distances.csv",
					     "minimum.csv",     "summary.json",  "labelset.txt",
					     "centroids-0.npy", "distances.txt", "inside.csv" };
enum { PROBE_OUTPUTS = sizeof probe_outputs / sizeof *probe_outputs };

static inline void probe_ok(struct probe *p)
{
	struct error err = { 0 };

	if (probe_run(p, &err) < 0)
		fail_msg("%s", err.text);
}

static inline void probe_release(struct probe *p)
{
	free(p->embeddings);
	free(p->labels);
	free(p->out);
}

#endif
