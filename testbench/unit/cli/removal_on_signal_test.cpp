// SPDX-License-Identifier: Apache-2.0
// In a process of its own, because the signal ends it.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <optional>

#include <support/catch.hpp>
#include <unit/io/scratch_folder.hpp>

#include "removal_on_signal.hpp"

using namespace synfire;

namespace {

/// How a child ends that sends itself a signal, with or without files to remove.
int status_after(int number, const std::vector<std::string>& doomed, bool before) {
    const pid_t child = ::fork();
    if (child == 0) {
        std::signal(number, SIG_DFL);  // Catch2 has a handler of its own
        std::optional<cli::removal_on_signal> removal(doomed);
        if (!before) { removal.reset(); }
        ::raise(number);
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return status;
}

}  // namespace

TEST_CASE("a signal removes unfinished files and then ends the program", "[cli][unit]") {
    const int number = GENERATE(SIGINT, SIGTERM, SIGHUP);
    const test::scratch_folder folder;
    const std::string inside = (folder / "work").string();
    std::filesystem::create_directory(inside);
    folder.put("work/a", "a");
    folder.put("kept", "b");
    const int status = status_after(
        number, {(folder / "work/a").string(), (folder / "work/never").string(), inside}, true);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == number);
    CHECK(folder.entries() == 1);
}

TEST_CASE("a signal after the work is done removes nothing", "[cli][unit]") {
    const test::scratch_folder folder;
    const std::string file = folder.put("done", "a").string();
    CHECK(WIFSIGNALED(status_after(SIGTERM, {file}, false)));
    CHECK(folder.entries() == 1);
}
