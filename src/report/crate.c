#include "report/crate.h"

#include "base/array.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

/* The program's name among programs; see the manifests' builder. */
static const char WEB[] = "https://tunescope.invalid/";

/* Media types of the report's files, by the end of their names. */
static const struct {
	const char *end, *type;
} media[] = {
	{ ".html", "text/html" },        { ".pdf", "application/pdf" }, { ".svg", "image/svg+xml" },
	{ ".png", "image/png" },         { ".csv", "text/csv" },        { ".json", "application/json" },
	{ ".tex", "application/x-tex" },
};

static const char *media_type(const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof media / sizeof media[0]; i++)
		if (n >= strlen(media[i].end) && strcmp(name + n - strlen(media[i].end), media[i].end) == 0)
			return media[i].type;
	return "text/plain";
}

/* The crate's entities, and the ids of those that stand in it already. */
struct crate {
	const struct folder *folder;
	const char *version;
	json_t *graph; /* array */
	json_t *known; /* object: id → true */
	bool broken;
};

/* Takes the entity over; one with an id that is known is dropped. */
static void add(struct crate *c, json_t *entity)
{
	const char *id = json_string_value(json_object_get(entity, "@id"));

	if (id == NULL) {
		c->broken = true;
		json_decref(entity);
	} else if (json_object_get(c->known, id) != NULL) {
		json_decref(entity);
	} else if (json_object_set_new(c->known, id, json_true()) < 0 ||
		   json_array_append_new(c->graph, entity) < 0) {
		c->broken = true;
	}
}

static void refer(struct crate *c, json_t *list, const char *id)
{
	if (json_array_append_new(list, json_pack("{s:s}", "@id", id)) < 0)
		c->broken = true;
}

/* The files written so far, and the root that has them as parts. */
static void add_files(struct crate *c, const struct document *d, const struct folder *folder, json_t *actions)
{
	json_t *parts = json_array();

	for (size_t i = 0; i < folder->count; i++) {
		const struct artefact *a = &folder->items[i];
		char size[32];

		snprintf(size, sizeof size, "%llu", (unsigned long long)a->bytes);
		add(c, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "@id", a->name, "@type", "File", "name", a->name,
				 "contentSize", size, "encodingFormat", media_type(a->name), "sha256", a->sha256));
		refer(c, parts, a->name);
	}
	add(c, json_pack("{s:s, s:s, s:s, s:s}", "@id", "SHA256SUMS", "@type", "File", "name",
			 "Digests of every other file", "encodingFormat", "text/plain"));
	refer(c, parts, "SHA256SUMS");
	add(c, json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s}, s:{s:s}, s:o, s:o}", "@id", "./", "@type", "Dataset",
			 "name", d->title, "description",
			 "Report of a Tunescope experiment: how fine-tuning changed the geometry of "
			 "its encoders' representations.",
			 "datePublished", d->published, "conformsTo", "@id", "https://w3id.org/ro/wfrun/process/0.5",
			 "license", "@id", "#rights", "hasPart", parts, "mentions", actions));
}

/* Something that a manifest names and the folder does not hold. */
static void add_outside(struct crate *c, const char *id, const char *name, const char *sha256)
{
	add(c,
	    json_pack("{s:s, s:s, s:s, s:s?}", "@id", id, "@type", "CreativeWork", "name", name, "sha256", sha256));
}

/* The file of the folder that has these bytes; NULL: none. */
static const char *file_with(const struct crate *c, const char *sha256)
{
	for (size_t i = 0; sha256 != NULL && i < c->folder->count; i++)
		if (strcmp(c->folder->items[i].sha256, sha256) == 0)
			return c->folder->items[i].name;
	return NULL;
}

/* References to the artefacts of a list of a manifest, [{name, digest}]: to the
 * folder's files where they lie in it. */
static json_t *artefacts(struct crate *c, const json_t *list)
{
	json_t *references = json_array(), *item;
	size_t i;

	json_array_foreach(list, i, item)
	{
		const char *name = json_string_value(json_object_get(item, "name"));
		const char *sha256 = json_string_value(json_object_get(json_object_get(item, "digest"), "sha256"));
		const char *file = file_with(c, sha256);
		char *id = file != NULL ? text_copy(file) : name == NULL ? NULL : text_format("#%s", name);

		if (id == NULL) {
			c->broken = true;
			continue;
		}
		if (file == NULL)
			add_outside(c, id, name, sha256);
		refer(c, references, id);
		free(id);
	}
	return references;
}

/* The program of a stage. */
static void add_program(struct crate *c, const char *id)
{
	add(c, json_pack("{s:s, s:s, s:s, s:s, s:s, s:{s:s}}", "@id", id, "@type", "SoftwareApplication", "name",
			 id + 1, "version", c->version, "url", WEB, "isPartOf", "@id", "#tunescope"));
}

/* What writes this folder: the report's own action. Its files are results; what
 * they were copied and made from are the cells' manifests. */
static void add_own_action(struct crate *c, const struct report_input *in, json_t *actions)
{
	json_t *objects = json_array(), *results = json_array();

	add_program(c, "#tunescope-report");
	for (size_t i = 0; i < in->cell_count; i++) {
		char *record = text_format("manifests/%s.json", in->cells[i].name);

		if (record == NULL)
			c->broken = true;
		else if (in->cells[i].manifest != NULL)
			refer(c, objects, record);
		free(record);
	}
	for (size_t i = 0; i < c->folder->count; i++)
		refer(c, results, c->folder->items[i].name);
	refer(c, results, "SHA256SUMS");
	add(c,
	    json_pack("{s:s, s:s, s:s, s:{s:s}, s:o, s:o}", "@id", "#action/report", "@type", "CreateAction", "name",
		      "report", "instrument", "@id", "#tunescope-report", "object", objects, "result", results));
	refer(c, actions, "#action/report");
}

/* A cell: what its stage's program made of what. */
static int add_action(struct crate *c, const struct report_cell *cell, json_t *actions, struct error *err)
{
	char *id = text_format("#action/%s", cell->name), *program = text_format("#tunescope-%s", cell->stage);
	char *record = text_format("manifests/%s.json", cell->name);
	json_t *manifest = NULL, *results;
	int rc = -1;

	if (id == NULL || program == NULL || record == NULL) {
		error_memory(err, "ro-crate-metadata.json");
		goto done;
	}
	if (json_read(&manifest, cell->manifest, err) < 0)
		goto done;
	add_program(c, program);
	results = artefacts(c, json_object_get(manifest, "subject"));
	refer(c, results, record);
	add(c, json_pack("{s:s, s:s, s:s, s:{s:s}, s:o, s:o, s:{s:s}}", "@id", id, "@type", "CreateAction", "name",
			 cell->name, "instrument", "@id", program, "object",
			 artefacts(c, json_object_get(json_object_get(json_object_get(manifest, "predicate"),
								      "buildDefinition"),
						      "resolvedDependencies")),
			 "result", results, "subjectOf", "@id", record));
	refer(c, actions, id);
	rc = 0;
done:
	json_decref(manifest);
	free(id);
	free(program);
	free(record);
	return rc;
}

static void add_fixed(struct crate *c, const struct document *d)
{
	add(c, json_pack("{s:s, s:s, s:{s:s}, s:[{s:s}, {s:s}]}", "@id", "ro-crate-metadata.json", "@type",
			 "CreativeWork", "about", "@id", "./", "conformsTo", "@id", "https://w3id.org/ro/crate/1.1",
			 "@id", "https://w3id.org/ro/wfrun/process/0.5"));
	add(c, json_pack("{s:s, s:s, s:s, s:s}", "@id", "https://w3id.org/ro/wfrun/process/0.5", "@type",
			 "CreativeWork", "name", "Process Run Crate", "version", "0.5"));
	add(c, json_pack("{s:s, s:s, s:s, s:s}", "@id", "#rights", "@type", "CreativeWork", "name", "Rights",
			 "description",
			 "Data sets and checkpoints keep the licences of their authors; the tables and figures made "
			 "from them are those of whoever ran the experiment."));
	add(c, json_pack("{s:s, s:s, s:s, s:s, s:s}", "@id", "#tunescope", "@type", "SoftwareApplication", "name",
			 "Tunescope", "version", d->version, "url", WEB));
}

static int write_sums(struct folder *out, struct error *err)
{
	struct output *o;

	if (output_open(&o, out, "SHA256SUMS", err) < 0)
		return -1;
	for (size_t i = 0; i < out->count; i++)
		output_format(o, "%s  %s\n", out->items[i].sha256, out->items[i].name);
	return output_commit(o, err);
}

int crate_write(const struct document *d, const struct report_input *in, struct folder *out, struct error *err)
{
	struct crate c = { .folder = out, .version = d->version, .graph = json_array(), .known = json_object() };
	json_t *actions = json_array(), *crate;
	int rc = 0;

	add_fixed(&c, d);
	for (size_t i = 0; rc == 0 && i < in->cell_count; i++)
		if (in->cells[i].manifest != NULL)
			rc = add_action(&c, &in->cells[i], actions, err);
	add_own_action(&c, in, actions);
	add_files(&c, d, out, actions);
	/* The second context has sha256. */
	crate = json_pack("{s:[s, s], s:o}", "@context", "https://w3id.org/ro/crate/1.1/context",
			  "https://w3id.org/ro/terms/workflow-run/context", "@graph", c.graph);
	if (rc == 0 && (c.broken || crate == NULL))
		rc = error_memory(err, "ro-crate-metadata.json");
	if (rc == 0)
		rc = json_write(out, "ro-crate-metadata.json", crate, err);
	json_decref(crate);
	json_decref(c.known);
	return rc < 0 ? -1 : write_sums(out, err);
}
