// SPDX-License-Identifier: Apache-2.0
// Data for networks with several inputs: which data set is for which input.
#include <synfire/io/dataset.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <synfire/io/files.hpp>

#include "../fail.hpp"
#include "locate.hpp"
#include "npy.hpp"
#include "parse.hpp"

namespace synfire::io {

namespace {

std::string names_text(const std::vector<std::string>& names) {
    return fmt::format("{}: {}", names.size() == 1 ? "the input" : "the inputs",
                       fmt::join(names, ", "));
}

struct named_data {
    std::optional<std::size_t> input;  ///< nothing: no input is named
    std::string data;
};

/// Names may hold any character, and so may paths: the longest name with '=' behind it counts.
named_data take_apart(const std::string& given, const std::vector<std::string>& names) {
    named_data result{{}, given};
    std::size_t longest = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::string front = names[i] + "=";
        if (given.size() <= front.size() || given.compare(0, front.size(), front) != 0) {
            continue;
        }
        if (result.input && front.size() <= longest) { continue; }
        result = {i, given.substr(front.size())};
        longest = front.size();
    }
    return result;
}

/// "a=X,b=Y" for inputs a and b: one data set each. Commas elsewhere are left alone.
std::vector<std::string> split(const std::string& given, const std::vector<std::string>& names) {
    std::vector<std::string> parts{given};
    for (std::size_t at = 0; at < parts.back().size();) {
        const std::string& last = parts.back();
        const bool cut = last[at] == ',' && take_apart(last.substr(at + 1), names).input;
        if (!cut) {
            ++at;
            continue;
        }
        const std::string rest = last.substr(at + 1);
        parts.back().resize(at);
        parts.push_back(rest);
        at = 0;
    }
    return parts;
}

/// Only one of the data sets may say what the answers are, or all must say the same.
void take_answers(dataset& first, dataset& other) {
    const auto take = [&](auto& to, auto& from, const char* what) {
        if (from.empty()) { return; }
        if (!to.empty() && to != from) {
            fail(other.name, fmt::format("has other {} than {}", what, first.name), {},
                 fmt::format("{} in one of the data sets", what));
        }
        to = std::move(from);
        from.clear();
    };
    take(first.labels, other.labels, "labels");
    if (!other.targets.empty()) { first.target_size = other.target_size; }
    take(first.targets, other.targets, "targets");
    other.target_size = 0;
}

dataset joined(std::vector<dataset> parts) {
    dataset all = std::move(parts.front());
    for (std::size_t i = 1; i < parts.size(); ++i) {
        if (parts[i].size() != all.size()) {
            fail(parts[i].name, "the data sets of several inputs differ in length",
                 fmt::format("{} samples", parts[i].size()),
                 fmt::format("{}, as {}", all.size(), all.name));
        }
        take_answers(all, parts[i]);
        all.further.push_back(std::move(parts[i]));
    }
    return all;
}

const named_array* array_called(const std::vector<named_array>& arrays, const std::string& name) {
    const auto found = std::find_if(arrays.begin(), arrays.end(),
                                    [&](const named_array& a) { return a.name == name; });
    return found == arrays.end() ? nullptr : &*found;
}

/// One .npz file for all inputs.
dataset load_arrays(const std::filesystem::path& path, const std::string& name,
                    const std::vector<std::string>& names) {
    const std::vector<named_array> arrays = parse_npz(read_file(path), path.string());
    std::vector<dataset> parts;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const named_array* array = array_called(arrays, names[i]);
        if (array == nullptr) {
            std::vector<std::string> there;
            for (const named_array& a : arrays) { there.push_back(a.name); }
            fail(path.string(),
                 fmt::format("has no array '{}' for the input of that name", names[i]),
                 fmt::format("arrays {}", fmt::join(there, ", ")), names_text(names),
                 "save one array per input under its name, or give NAME=DATA for each input");
        }
        const auto answers = [&](const char* of) {
            return i == 0 && std::find(names.begin(), names.end(), of) == names.end()
                       ? array_called(arrays, of)
                       : nullptr;
        };
        parts.push_back(dataset_of_arrays(
            *array, {answers("y"), answers("labels"), answers("targets")}, path.string()));
        parts.back().name = fmt::format("{} ({})", name, names[i]);
    }
    return joined(std::move(parts));
}

[[noreturn]] void fail_unnamed(const std::string& given, const std::vector<std::string>& names) {
    fail(given, "does not say which input it is for", {}, names_text(names),
         fmt::format("{}=DATA for each, or one .npz file with an array per input",
                     fmt::join(names, "=DATA, ")));
}

dataset load_one(const std::string& name_or_path, dataset_part part, data_kind kind) {
    return kind == data_kind::any ? load_data(name_or_path, part)
                                  : load_dataset(name_or_path, part);
}

dataset load_named(const std::vector<std::string>& given, const std::vector<std::string>& names,
                   dataset_part part, data_kind kind) {
    std::vector<std::optional<dataset>> parts(names.size());
    std::vector<std::string> texts;
    for (const std::string& several : given) {
        for (std::string& text : split(several, names)) { texts.push_back(std::move(text)); }
    }
    for (const std::string& text : texts) {
        const named_data one = take_apart(text, names);
        if (!one.input) {
            const std::size_t end = text.find('=');
            if (end == std::string::npos) { fail_unnamed(text, names); }
            const std::string name = text.substr(0, end);
            if (std::find(names.begin(), names.end(), name) != names.end()) {
                fail(text, fmt::format("no data set is given for input '{}'", name), {},
                     name + "=DATA");
            }
            fail(text, "names no input of the network", name, names_text(names));
        }
        if (parts[*one.input]) {
            fail(text, fmt::format("input '{}' has data already", names[*one.input]), {},
                 "one data set per input");
        }
        parts[*one.input] = load_one(one.data, part, kind);
    }
    std::vector<dataset> all;
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < names.size(); ++i) {
        parts[i] ? all.push_back(std::move(*parts[i])) : missing.push_back(names[i]);
    }
    if (!missing.empty()) {
        fail(fmt::format("{}", fmt::join(given, ", ")), "data are missing for some inputs",
             fmt::format("none for {}", fmt::join(missing, ", ")), names_text(names));
    }
    return joined(std::move(all));
}

}  // namespace

dataset load_inputs(const std::vector<std::string>& given, const std::vector<std::string>& names,
                    dataset_part part, data_kind kind) {
    if (given.size() != 1) { return load_named(given, names, part, kind); }
    if (names.size() == 1) { return load_one(take_apart(given.front(), names).data, part, kind); }
    if (given.front().find('=') != std::string::npos) {
        return load_named(given, names, part, kind);
    }
    const data_location place = locate_data(given.front(), part);
    const bool one_file = place.samples.size() == 1 && place.labels.empty();
    if (!one_file || format_of(place.samples.front()) != data_format::npz) {
        fail_unnamed(given.front(), names);
    }
    return load_arrays(place.samples.front(), place.name, names);
}

}  // namespace synfire::io
