/* Data whose source is known: the paper's, by their names below DATA. */
#ifndef STAGE_DATA_FILES_H
#define STAGE_DATA_FILES_H

struct data_file {
	const char *file;   /* below DATA */
	const char *key;    /* of [fetch], whose value is the address */
	const char *remote; /* below the address */
};

const struct data_file *data_file_find(const char *file); /* NULL: not known */

#endif
