/* tunescope directprobe: clusters, their distances, and the measures on them. */
#include "stage/main.h"

#include "geometry/directprobe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option options[] = {
	{ "embeddings", "E.npy", "embeddings, .npy or text" },
	{ "labels", "L.txt", "labels, or an entities file" },
	{ "clusters", "FILE", "measure these clusters instead of clustering" },
	{ "certificates", "DIR", "write the proof of every answer there" },
	{ "check", "DIR", "check such proofs, and solve nothing" },
	{ NULL, NULL, NULL },
};

/* Says what the proofs in a directory show; the first that does not hold is an
 * error. */
static int check_proofs(struct job *job, const char *directory, struct error *err)
{
	struct directprobe_proof p;

	if (directprobe_check(&p, directory, &job->context, err) < 0)
		return -1;
	terminal_say(
		&job->terminal,
		"%s: %zu layers; %zu overlaps and %zu separations hold; %zu pairs of clusters are apart; %zu merges "
		"and %zu refusals follow; %zu distances are closed, %zu bounded",
		directory, p.layers, p.overlaps, p.separations, p.pairs, p.merges, p.refusals, p.distances, p.bounds);
	return 0;
}

static int run(struct job *job, struct error *err)
{
	const char *part = job->cell != NULL && job->cell->split == SPLIT_TEST ? "test" : "train";
	struct directprobe_layer layers[66];
	struct directprobe_job d = {
		.layers = layers,
		.plain = job->cell == NULL,
		.params = {
			.min_points = job_integer(job, "directprobe", "min_points"),
			.max_points = job_integer(job, "directprobe", "max_points"),
			.seed = job_seed(job, "sample"),
		},
		.program = program_of(stage_of(job->program->stage)),
	};
	const char *why = directprobe_params_check(&d.params);
	bool there[65] = { false };
	char name[64];

	if (why != NULL)
		return error_set(err, STATUS_INPUT, "%s", why);
	if (options_has(&job->options, "check"))
		return check_proofs(job, options_get(&job->options, "check"), err);
	if (job->cell == NULL) {
		d.labels = options_need(&job->options, "labels", err);
		d.clusters = options_get(&job->options, "clusters");
		d.certificates = options_get(&job->options, "certificates");
		layers[0] = (struct directprobe_layer){ 0, options_get(&job->options, "embeddings") };
		d.layer_count = 1;
		if (d.labels == NULL)
			return -1;
		if (layers[0].embeddings == NULL)
			return error_set(err, STATUS_INPUT, "--embeddings is missing; --help lists the options");
		return directprobe_run(&d, &job->out, &job->context, err);
	}
	for (int l = 0; l <= 64; l++) {
		const char *path;

		snprintf(name, sizeof name, "/%s/layer%d.npy", part, l);
		path = job_input(job, name);
		there[l] = path != NULL;
		if (there[l])
			layers[d.layer_count++] = (struct directprobe_layer){ l, path };
	}
	/* Of the test part only the last layer is there. */
	if (strcmp(part, "train") == 0 && job_check_layers(job, "directprobe", there, 65, err) < 0)
		return -1;
	snprintf(name, sizeof name, "/%s/labels.txt", part);
	d.labels = job_input(job, name);
	if (d.layer_count == 0 || d.labels == NULL)
		return error_set(err, STATUS_INPUT, "directprobe.layers = %s: no such layer",
				 job_text(job, "directprobe", "layers"));
	return directprobe_run(&d, &job->out, &job->context, err);
}

int main(int argc, char **argv)
{
	static const char *const sections[] = { "directprobe.min_points", "directprobe.max_points", NULL };
	static const struct program program = {
		.stage = STAGE_DIRECTPROBE,
		.usage = "--embeddings E.npy --labels L.txt --out DIR; --check DIR",
		.options = options,
		.sections = sections,
		.run = run,
		.prints_with = "check",
		.multiplies = true,
	};

	return stage_main(argc, argv, &program);
}
