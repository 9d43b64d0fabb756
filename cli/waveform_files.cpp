// SPDX-License-Identifier: Apache-2.0
#include "waveform_files.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <synfire/core/error.hpp>
#include <synfire/io/files.hpp>
#include <system_error>

#include "removal_on_signal.hpp"

namespace synfire::cli {

namespace {

namespace fs = std::filesystem;

/// Renaming replaces a link and not the file behind it, so links are followed first.
fs::path followed(const fs::path& path) {
    std::error_code failure;
    if (!fs::is_symlink(path, failure)) { return path; }
    const fs::path target = fs::weakly_canonical(path, failure);
    return failure ? path : target;
}

/// Beside the target, because renaming works within one file system only.
std::string make_folder(const std::string& waveform) {
    std::string name = (followed(waveform).parent_path() / ".synfire-trace-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
        throw bad_input({waveform, "cannot be written", std::generic_category().message(errno),
                         "a folder that exists and may be written to", ""});
    }
    return name;
}

/// The new file takes the place and the mode of the old one.
void replace(const std::string& made, const std::string& path) {
    const fs::path target = followed(path);
    std::error_code failure;
    const fs::file_status old = fs::status(target, failure);
    if (fs::exists(old)) { fs::permissions(made, old.permissions(), failure); }
    fs::rename(made, target, failure);
    if (failure) { throw bad_input({path, "cannot be written", failure.message(), "", ""}); }
}

}  // namespace

std::vector<std::string> waveform_files::paths() const {
    return {waveform, views.save.path, views.layers.path, views.states.path};
}

waveform_files waveform_files_of(const std::string& trace, const network& net, int lanes) {
    if (fs::path(trace).extension() != ".fst") {
        throw usage_error({"--trace", "is no name of a waveform", trace, "FILE.fst",
                           "GTKWave's format FST is the only one"});
    }
    return {trace, cosim::views_of_waveform(trace, net, lanes)};
}

struct unfinished_waveform::implementation {
    explicit implementation(const waveform_files& wanted)
        : files(wanted),
          folder(make_folder(wanted.waveform)),
          removal(
              {wave(), wave() + ".hier", view("gtkw"), view("layers"), view("states"), folder}) {}

    std::string wave() const { return folder + "/wave.fst"; }
    std::string view(const char* suffix) const { return wave() + "." + suffix; }

    waveform_files files;
    std::string folder;
    removal_on_signal removal;  ///< of all that may be in the folder; .hier is the FST writer's
    std::string file = wave();
};

unfinished_waveform::unfinished_waveform(const waveform_files& files)
    : self_(std::make_unique<implementation>(files)) {}

unfinished_waveform::~unfinished_waveform() {
    std::error_code failure;
    fs::remove_all(self_->folder, failure);
}

const std::string& unfinished_waveform::file() const { return self_->file; }

void unfinished_waveform::keep() {
    const cosim::waveform_views& views = self_->files.views;
    // All are whole before the first takes its place.
    io::write_file(self_->view("gtkw"), views.save.text);
    io::write_file(self_->view("layers"), views.layers.text);
    io::write_file(self_->view("states"), views.states.text);
    replace(self_->view("layers"), views.layers.path);
    replace(self_->view("states"), views.states.path);
    replace(self_->view("gtkw"), views.save.path);
    replace(self_->wave(), self_->files.waveform);
}

}  // namespace synfire::cli
