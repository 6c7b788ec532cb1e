/* Text in XML and HTML. */
#ifndef FIGURE_XML_H
#define FIGURE_XML_H

#include <stddef.h>

/* How the first character of a text stands there: < > & and " as entities, a
 * control character as a space, and what is no UTF-8 or no character of XML as
 * U+FFFD. `with`, of `size` bytes, stands for as many bytes of the text as are
 * returned; `left`, above 0, is how many there are. */
size_t xml_character(const char **with, size_t *size, const char *text, size_t left);

#endif
