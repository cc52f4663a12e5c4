// ICU's headers, which a build of libxml2 with ICU would bring along, are Foundation's own in another version.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
