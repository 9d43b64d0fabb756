// SPDX-License-Identifier: Apache-2.0
// Reading: names, then types and extents, then values, all against one budget of memory.
#include <synfire/io/hdf5_tree.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <synfire/io/files.hpp>

#include "hdf5.hpp"
#include "text.hpp"

namespace synfire::io {

namespace {

constexpr int deepest_group = 16;
constexpr std::size_t most_objects = 100'000;
constexpr int most_axes = 8;
constexpr std::size_t longest_name = 1000;
constexpr std::size_t longest_text = std::size_t{1} << 20;
// DEFLATE packs 1032 bytes into one at best; small files may hold constants.
constexpr std::uint64_t expansion = 1032;
constexpr std::uint64_t least_budget = std::uint64_t{1} << 20;
constexpr std::uint64_t most_budget = std::uint64_t{4} << 30;

class tree_reader {
  public:
    tree_reader(std::string where, std::size_t file_bytes)
        : where_(std::move(where)),
          budget_(std::clamp(file_bytes * expansion, least_budget, most_budget)) {}

    hdf5_tree group(const hdf5_handle& group, const std::string& path, int depth) {
        if (!group.valid()) { fail(place(path), "is not a readable group"); }
        if (depth > deepest_group) { fail(place(path), "the groups are nested too deeply"); }
        hdf5_tree tree;
        H5G_info_t info{};
        if (H5Gget_info(group.get(), &info) < 0) { fail(place(path), "is not a readable group"); }
        for (hsize_t i = 0; i < info.nlinks; ++i) {
            if (++objects_ > most_objects) { fail(where_, "holds too many objects"); }
            member(group, name_of(group, i, path), path, depth, tree);
        }
        return tree;
    }

  private:
    std::string place(const std::string& path) const {
        return path.empty() ? where_ : fmt::format("{}, {}", where_, path);
    }

    std::string name_of(const hdf5_handle& group, hsize_t index, const std::string& path) const {
        std::array<char, longest_name + 1> name{};
        const ssize_t length = H5Lget_name_by_idx(group.get(), ".", H5_INDEX_NAME, H5_ITER_INC,
                                                  index, name.data(), name.size(), H5P_DEFAULT);
        if (length <= 0 || static_cast<std::size_t>(length) > longest_name
            || !is_plain_text(name.data())) {
            fail(place(path), "holds a member whose name is not UTF-8 text of acceptable length");
        }
        return name.data();
    }

    void member(const hdf5_handle& parent, const std::string& name, const std::string& path,
                int depth, hdf5_tree& tree) {
        const std::string inner = path.empty() ? name : path + "/" + name;
        H5L_info_t link{};
        if (H5Lget_info(parent.get(), name.c_str(), &link, H5P_DEFAULT) < 0
            || link.type != H5L_TYPE_HARD) {
            fail(place(inner), "is a link to somewhere else", {}, "the object itself");
        }
        const hdf5_handle object(H5Oopen(parent.get(), name.c_str(), H5P_DEFAULT), H5Oclose);
        const H5I_type_t kind = object.valid() ? H5Iget_type(object.get()) : H5I_BADID;
        if (kind == H5I_GROUP) {
            hdf5_tree child = group(object, inner, depth + 1);
            child.name = name;
            tree.groups.push_back(std::move(child));
        } else if (kind == H5I_DATASET) {
            hdf5_value read = value(object, inner);
            read.name = name;
            tree.values.push_back(std::move(read));
        } else {
            fail(place(inner), "is neither a readable group nor a readable dataset");
        }
    }

    void check_storage(const hdf5_handle& dataset, const std::string& path) const {
        const hdf5_handle how(H5Dget_create_plist(dataset.get()), H5Pclose);
        const H5D_layout_t layout = H5Pget_layout(how.get());
        // External and virtual datasets would read other files.
        if (layout == H5D_VIRTUAL || layout < 0 || H5Pget_external_count(how.get()) != 0) {
            fail(place(path), "does not lie in this file");
        }
        for (int i = 0; i < H5Pget_nfilters(how.get()); ++i) {
            unsigned flags = 0;
            std::size_t count = 0;
            const H5Z_filter_t filter = H5Pget_filter2(how.get(), static_cast<unsigned>(i), &flags,
                                                       &count, nullptr, 0, nullptr, nullptr);
            if (!known_hdf5_filter(filter)) {
                fail(place(path), "is compressed in a way that cannot be read here",
                     fmt::format("filter {}", filter), "deflate, shuffle, fletcher32",
                     "write the file with gzip, the default of nir.write");
            }
        }
        std::array<hsize_t, H5S_MAX_RANK> chunk{};
        const int axes =
            layout == H5D_CHUNKED ? H5Pget_chunk(how.get(), H5S_MAX_RANK, chunk.data()) : 0;
        std::uint64_t points = 1;
        for (int i = 0; i < axes; ++i) {
            const std::uint64_t side = chunk.at(static_cast<std::size_t>(i));
            if (side == 0 || points > budget_ / side) {
                fail(place(path), "has impossible chunks");
            }
            points *= side;
        }
    }

    /// Takes the values' memory off the budget.
    std::size_t points(const hdf5_handle& dataset, std::size_t bytes, const std::string& path,
                       std::vector<std::size_t>& extents) {
        const hdf5_handle space(H5Dget_space(dataset.get()), H5Sclose);
        const int axes = H5Sget_simple_extent_ndims(space.get());
        if (axes < 0 || axes > most_axes || H5Sget_simple_extent_type(space.get()) == H5S_NULL) {
            fail(place(path), "is not an array that can be read", fmt::format("{} axes", axes),
                 fmt::format("0 to {}", most_axes));
        }
        std::array<hsize_t, most_axes> sides{};
        H5Sget_simple_extent_dims(space.get(), sides.data(), nullptr);
        std::uint64_t count = 1;
        for (int i = 0; i < axes; ++i) {
            const std::uint64_t side = sides.at(static_cast<std::size_t>(i));
            if (side != 0 && count > budget_ / side) { too_large(path); }
            count *= side;
            extents.push_back(static_cast<std::size_t>(side));
        }
        if (count > budget_ / bytes) { too_large(path); }
        budget_ -= count * bytes;
        return static_cast<std::size_t>(count);
    }

    [[noreturn]] void too_large(const std::string& path) const {
        fail(place(path), "is too large for a file of this size");
    }

    hdf5_value value(const hdf5_handle& dataset, const std::string& path) {
        check_storage(dataset, path);
        const hdf5_handle type(H5Dget_type(dataset.get()), H5Tclose);
        hdf5_value read;
        read.bits = static_cast<int>(8 * H5Tget_size(type.get()));
        switch (H5Tget_class(type.get())) {
        case H5T_INTEGER:
            read.kind = hdf5_kind::integers;
            break;
        case H5T_FLOAT:
            read.kind = hdf5_kind::reals;
            break;
        case H5T_STRING:
            read.kind = hdf5_kind::texts;
            read_texts(dataset, type, path, read);
            return read;
        default:
            read.kind = hdf5_kind::other;
            return read;
        }
        read.numbers.resize(points(dataset, sizeof(double), path, read.extents));
        if (!read.numbers.empty()
            && H5Dread(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                       read.numbers.data())
                   < 0) {
            fail(place(path), "cannot be read; its data are damaged");
        }
        return read;
    }

    void read_texts(const hdf5_handle& dataset, const hdf5_handle& type, const std::string& path,
                    hdf5_value& read) {
        if (H5Tis_variable_str(type.get()) > 0) {
            variable_texts(dataset, type, path, read);
            return;
        }
        const std::size_t length = H5Tget_size(type.get());
        const std::size_t count =
            points(dataset, std::max<std::size_t>(length, 1), path, read.extents);
        std::string raw(count * length, '\0');
        if (count > 0
            && H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()) < 0) {
            fail(place(path), "cannot be read; its data are damaged");
        }
        for (std::size_t i = 0; i < count; ++i) {
            std::string text = raw.substr(i * length, length);
            text.resize(std::min(text.find('\0'), text.size()));
            add_text(std::move(text), path, read);
        }
    }

    void variable_texts(const hdf5_handle& dataset, const hdf5_handle& type,
                        const std::string& path, hdf5_value& read) {
        const std::size_t count = points(dataset, sizeof(char*), path, read.extents);
        std::vector<char*> raw(count, nullptr);
        const hdf5_handle space(H5Dget_space(dataset.get()), H5Sclose);
        const bool done =
            count == 0
            || H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()) >= 0;
        std::vector<std::string> texts;
        for (const char* text : raw) {
            if (done) { texts.emplace_back(text == nullptr ? "" : text); }
        }
        if (done && count > 0) {
            H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, raw.data());
        }
        if (!done) { fail(place(path), "cannot be read; its data are damaged"); }
        for (std::string& text : texts) { add_text(std::move(text), path, read); }
    }

    void add_text(std::string text, const std::string& path, hdf5_value& read) const {
        if (text.size() > longest_text || !is_plain_text(text)) {
            fail(place(path), "is not UTF-8 text of acceptable length");
        }
        read.texts.push_back(std::move(text));
    }

    std::string where_;
    std::uint64_t budget_;
    std::size_t objects_ = 0;
};

template <class Member>
const Member* find(const std::vector<Member>& members, std::string_view name) {
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&](const Member& m) { return m.name == name; });
    return found == members.end() ? nullptr : &*found;
}

}  // namespace

const hdf5_tree* hdf5_tree::group(std::string_view member) const { return find(groups, member); }

const hdf5_value* hdf5_tree::value(std::string_view member) const { return find(values, member); }

hdf5_tree decode_hdf5_tree(std::span<const std::byte> file, const std::string& where) {
    const hdf5_session session;
    const hdf5_handle opened = file.empty() ? hdf5_handle() : open_hdf5_image(file);
    if (!opened.valid()) { fail(where, "is not an HDF5 file, or is cut off"); }
    const hdf5_handle root(H5Gopen2(opened.get(), "/", H5P_DEFAULT), H5Gclose);
    return tree_reader(where, file.size()).group(root, "", 0);
}

hdf5_tree read_hdf5_tree(const std::filesystem::path& path) {
    return decode_hdf5_tree(read_file(path), path.string());
}

}  // namespace synfire::io
