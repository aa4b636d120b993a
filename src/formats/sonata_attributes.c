/* sonata_attributes - small values beside datasets. */
#include "formats/sonata_attributes.h"

bool sl_sonata_write_attribute(hid_t object, const char *name, hid_t stored_type, hid_t memory_type,
                               hsize_t count, const void *value)
{
    const hid_t space = count > 0 ? H5Screate_simple(1, &count, NULL) : H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(object, name, stored_type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool written = attribute >= 0 && H5Awrite(attribute, memory_type, value) >= 0;
    if (attribute >= 0) {
        written = H5Aclose(attribute) >= 0 && written;
    }
    if (space >= 0) {
        H5Sclose(space);
    }
    return written;
}

bool sl_sonata_write_text(hid_t object, const char *name, const char *text)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    const bool written = type >= 0 && H5Tset_size(type, H5T_VARIABLE) >= 0 &&
                         sl_sonata_write_attribute(object, name, type, type, 0, &text);
    if (type >= 0) {
        H5Tclose(type);
    }
    return written;
}

bool sl_sonata_read_number(const sonata_file *file, const char *object, const char *attribute,
                           double *value)
{
    if (H5Aexists_by_name(file->id, object, attribute, H5P_DEFAULT) <= 0) {
        return false;
    }
    const hid_t id = H5Aopen_by_name(file->id, object, attribute, H5P_DEFAULT, H5P_DEFAULT);
    if (id < 0) {
        return false;
    }
    const hid_t type = H5Aget_type(id);
    const hid_t space = H5Aget_space(id);
    const H5T_class_t class = type >= 0 ? H5Tget_class(type) : H5T_NO_CLASS;
    const bool done = space >= 0 && (class == H5T_INTEGER || class == H5T_FLOAT) &&
                      H5Sget_simple_extent_npoints(space) == 1 &&
                      H5Aread(id, H5T_NATIVE_DOUBLE, value) >= 0;
    if (space >= 0) {
        H5Sclose(space);
    }
    if (type >= 0) {
        H5Tclose(type);
    }
    H5Aclose(id);
    return done;
}
