/* format_number - numbers as text, fast, always with a decimal point, whatever the locale. */
#ifndef SALTUS_FORMAT_NUMBER_H
#define SALTUS_FORMAT_NUMBER_H

#include <stdint.h>

/* Room that any number of these takes. */
#define FORMAT_NUMBER_MAX 32

/* Write `value` at `out` exactly as printf's %.17g does in the C locale, without an ending zero
 * byte. Returns the end. */
char *sl_format_double(char *out, double value);

/* Write `value` in decimal, without an ending zero byte. Returns the end. */
char *sl_format_u32(char *out, uint32_t value);

#endif /* SALTUS_FORMAT_NUMBER_H */
