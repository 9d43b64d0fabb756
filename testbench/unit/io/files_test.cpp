// SPDX-License-Identifier: Apache-2.0
#include <synfire/io/files.hpp>

#include <csignal>

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <synfire/core/error.hpp>

#include <support/catch.hpp>

#include "bytes.hpp"
#include "compress.hpp"
#include "scratch_folder.hpp"

using namespace synfire;
using test::check_refused;
using test::gzip;
using test::scratch_folder;
using test::slurp;
using test::xz;

namespace {

/// Text that compresses, longer than one step of the decoders.
std::string long_text() {
    std::string text;
    for (int i = 0; i < 30000; ++i) { text += std::to_string(i * i) + ","; }
    return text;
}

}  // namespace

TEST_CASE("a written file reads back and replaces the one before", "[io][unit]") {
    const scratch_folder folder;
    io::write_file(folder / "a.txt", "first");
    io::write_file(folder / "a.txt", std::string_view("second\0!", 8));
    CHECK(io::read_text(folder / "a.txt") == std::string("second\0!", 8));
    CHECK(folder.entries() == 1);
}

TEST_CASE("an empty file is read as no bytes", "[io][unit]") {
    const scratch_folder folder;
    io::write_file(folder / "empty", "");
    CHECK(io::read_file(folder / "empty").empty());
}

TEST_CASE("gzip and xz are decompressed whatever the file is called", "[io][unit]") {
    const scratch_folder folder;
    const std::string text = long_text();
    CHECK(io::read_text(folder.put("a.csv.gz", gzip(text))) == text);
    CHECK(io::read_text(folder.put("a.csv.xz", xz(text))) == text);
    CHECK(io::read_text(folder.put("plain-name", gzip(text))) == text);
    CHECK(io::read_text(folder.put("empty.gz", gzip(""))).empty());
}

TEST_CASE("gzip members and xz streams follow one another", "[io][unit]") {
    const scratch_folder folder;
    CHECK(io::read_text(folder.put("two.gz", gzip("one ") + gzip("two"))) == "one two");
    CHECK(io::read_text(folder.put("two.xz", xz("one ") + xz("two"))) == "one two");
}

TEST_CASE("a compressed file that ends early is refused at every length", "[io][unit]") {
    const scratch_folder folder;
    const std::string text = "spikes are cheap, weights are not";
    const std::string packed = GENERATE_COPY(gzip(text), xz(text));
    for (std::size_t length = 8; length < packed.size(); ++length) {
        const auto path = folder.put("cut", packed.substr(0, length));
        check_refused("ends early", [&] { io::read_file(path); });
    }
}

TEST_CASE("a changed byte in compressed data is refused or harmless", "[io][unit]") {
    const scratch_folder folder;
    const std::string text = "spikes are cheap, weights are not";
    const std::string packed = GENERATE_COPY(gzip(text), xz(text));
    std::size_t refused = 0;
    for (std::size_t i = 10; i < packed.size(); ++i) {
        std::string damaged = packed;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
        const auto path = folder.put("damaged", damaged);
        // deflate ends with padding bits that mean nothing.
        std::string read = text;
        try {
            read = io::read_text(path);
        } catch (const bad_input&) { ++refused; }
        CHECK(read == text);
    }
    CHECK(refused >= packed.size() - 11);
}

TEST_CASE("what follows compressed data is refused", "[io][unit]") {
    const scratch_folder folder;
    check_refused("follows", [&] { io::read_file(folder.put("a.gz", gzip("text") + "rest")); });
    check_refused("corrupt",
                  [&] { io::read_file(folder.put("a.xz", xz("text") + "rest of it, and more")); });
}

TEST_CASE("a name that promises compression must keep it", "[io][unit]") {
    const scratch_folder folder;
    check_refused("not compressed", [&] { io::read_file(folder.put("a.gz", "plain")); });
    check_refused("not compressed", [&] { io::read_file(folder.put("a.xz", "")); });
}

TEST_CASE("limits stop large files and decompression bombs", "[io][unit]") {
    const scratch_folder folder;
    const std::string zeros(1000000, '\0');
    const io::read_limits limits{2000, 999999};
    check_refused("too large", [&] { io::read_file(folder.put("a.gz", gzip(zeros)), limits); });
    check_refused("too large", [&] { io::read_file(folder.put("a.xz", xz(zeros)), limits); });
    check_refused("too large", [&] { io::read_file(folder.put("a", zeros), limits); });
    CHECK(io::read_file(folder / "a.gz", {2000, 1000000}).size() == zeros.size());
}

TEST_CASE("files that are missing or folders are named", "[io][unit]") {
    const scratch_folder folder;
    check_refused("no-such-file", [&] { io::read_file(folder / "no-such-file"); });
    check_refused("folder", [&] { io::read_file(folder.path()); });
}

TEST_CASE("a file that cannot be written is refused and leaves nothing", "[io][unit]") {
    const scratch_folder folder;
    check_refused("cannot be written", [&] { io::write_file(folder / "missing" / "a", "x"); });
    check_refused("folder", [&] { io::write_file(folder.path(), "x"); });
    check_refused("cannot be written", [&] { io::write_file("/dev/full", "x"); });
    CHECK(folder.entries() == 0);
}

TEST_CASE("a write that fails half way keeps the old file and removes the temporary",
          "[io][unit]") {
    const scratch_folder folder;
    io::write_file(folder / "a", "old");
    rlimit old{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &old) == 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{4096, old.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    CHECK_THROWS_AS(io::write_file(folder / "a", std::string(100000, 'x')), bad_input);
    ::setrlimit(RLIMIT_FSIZE, &old);
    std::signal(SIGXFSZ, handler);
    CHECK(slurp(folder / "a") == "old");
    CHECK(folder.entries() == 1);
}

TEST_CASE("a link stays a link and the mode of a file stays", "[io][unit]") {
    const scratch_folder folder;
    folder.put("real", "old");
    std::filesystem::create_symlink("real", folder / "link");
    std::filesystem::permissions(folder / "real", std::filesystem::perms{0640});
    io::write_file(folder / "link", "new");
    CHECK(std::filesystem::is_symlink(folder / "link"));
    CHECK(slurp(folder / "real") == "new");
    CHECK(std::filesystem::status(folder / "real").permissions() == std::filesystem::perms{0640});
}

TEST_CASE("devices are written in place", "[io][unit]") {
    io::write_file("/dev/null", "x");
    CHECK(std::filesystem::is_character_file("/dev/null"));
}

TEST_CASE("temporaries left behind by a killed process are passed over", "[io][unit]") {
    const scratch_folder folder;
    for (int i = 0; i < 200; ++i) {
        folder.put(".synfire-" + std::to_string(::getpid()) + "-" + std::to_string(i) + ".tmp", "");
    }
    io::write_file(folder / "a", "x");
    CHECK(slurp(folder / "a") == "x");
}

TEST_CASE("content hashes are SHA-256", "[io][unit]") {
    CHECK(io::content_hash(test::as_bytes("abc"))
          == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(io::content_hash({})
          == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
