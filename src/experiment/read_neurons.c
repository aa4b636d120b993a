/* read_neurons - which neurons of a population are meant: a number, a range such as 0..9, a list.
 */
#include <string.h>

#include "experiment/experiment_reader.h"
#include "experiment/text_excerpt.h"

static const char *read_digits(const char *p, uint64_t *out)
{
    uint64_t value = 0;
    const char *first = p;
    for (; *p >= '0' && *p <= '9' && p - first < 12; p++) {
        value = value * 10 + (uint64_t)(*p - '0');
    }
    *out = value;
    return p > first ? p : NULL;
}

/* "7" or "0..9". */
static bool read_range(reader *r, yaml_node *node, uint32_t size, neuron_range *out)
{
    if (node->kind != YAML_KIND_SCALAR || sl_yaml_node_is_null(node)) {
        sl_reader_report(r, node, "found %s; a neuron like 7 or a range like 0..9 is needed",
                         sl_yaml_node_kind_text(node));
        return false;
    }
    const text_excerpt found = sl_text_excerpt(node->text);
    const char *p = read_digits(node->text, &out->first);
    out->last = out->first;
    if (p != NULL && strncmp(p, "..", 2) == 0) {
        p = read_digits(p + 2, &out->last);
    }
    if (p == NULL || *p != '\0') {
        sl_reader_report(r, node,
                         "found '%s'; a neuron like 7 or a range like 0..9 (both ends "
                         "included) is needed",
                         found.text);
        return false;
    }
    if (out->last < out->first || out->last >= size) {
        sl_reader_report(r, node, "found '%s'; the population has neurons 0 to %u%s", found.text,
                         size - 1, out->last < out->first ? ", and a range ascends" : "");
        return false;
    }
    return true;
}

size_t sl_reader_neurons(reader *r, yaml_node *node, uint32_t size, neuron_range *ranges)
{
    const bool list = node->kind == YAML_KIND_LIST;
    size_t count = 0;
    for (yaml_node *child = list ? node->first : node; child != NULL;
         child = list ? child->next : NULL) {
        neuron_range next = {0};
        if (!read_range(r, child, size, &next)) {
            return 0;
        }
        if (count > 0 && next.first <= ranges[count - 1].last) {
            sl_reader_report(r, child, "found '%s' after %llu; the neurons must ascend",
                             sl_text_excerpt(child->text).text,
                             (unsigned long long)ranges[count - 1].last);
            return 0;
        }
        if (count > 0 && next.first == ranges[count - 1].last + 1) {
            ranges[count - 1].last = next.last;
        } else {
            ranges[count++] = next;
        }
    }
    if (count == 0) {
        sl_reader_report(r, node, "found an empty list; at least one neuron is needed");
    }
    return count;
}
