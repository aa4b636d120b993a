/* text_excerpt - foreign text, shortened and cleaned for a message. */
#include "experiment/text_excerpt.h"

#include <errno.h>
#include <string.h>

#define EXCERPT_BYTES 44

/* Length of the UTF-8 character at `text`; 0 when the bytes are none (RFC 3629, without its
 * finer rules on surrogates and overlong forms of three and four bytes). */
static size_t character_length(const unsigned char *text, size_t length)
{
    const unsigned char c = text[0];
    const size_t needed = c < 0x80                ? 1
                          : c >= 0xc2 && c < 0xe0 ? 2
                          : c >= 0xe0 && c < 0xf0 ? 3
                          : c >= 0xf0 && c < 0xf5 ? 4
                                                  : 0;
    if (needed > length) {
        return 0;
    }
    for (size_t i = 1; i < needed; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return needed;
}

text_excerpt sl_text_excerpt_of(const char *text, size_t length)
{
    text_excerpt out;
    size_t kept = 0;
    size_t i = 0;
    while (i < length && kept < EXCERPT_BYTES) {
        const unsigned char *at = (const unsigned char *)text + i;
        const size_t bytes = character_length(at, length - i);
        if (kept + bytes > EXCERPT_BYTES) {
            break;
        }
        if (bytes == 0 || at[0] < 0x20 || at[0] == 0x7f) {
            out.text[kept++] = '?';
            i++;
            continue;
        }
        memcpy(out.text + kept, at, bytes);
        kept += bytes;
        i += bytes;
    }
    strcpy(out.text + kept, i < length ? "..." : "");
    return out;
}

text_excerpt sl_text_excerpt(const char *text)
{
    return sl_text_excerpt_of(text, strlen(text));
}

const char *sl_text_file_problem(int error_number)
{
    switch (error_number) {
    case ENOENT:
    case ENOTDIR:
        return "there is no such file";
    case EACCES:
    case EPERM:
        return "permission denied";
    case EISDIR:
        return "it is a folder";
    case EMFILE:
    case ENFILE:
        return "too many files are open";
    case ENAMETOOLONG:
        return "the name is too long";
    case EIO:
        return "the disk reported an error";
    default:
        return "the system refused";
    }
}
