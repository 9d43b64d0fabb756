// SPDX-License-Identifier: Apache-2.0
// Recordings of events and records of probes as a user meets them, and how much memory they take.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>

#include <nlohmann/json.hpp>

#include <support/catch.hpp>
#include <synfire/core/width.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/files.hpp>
#include <synfire/io/network_file.hpp>
#include <unit/io/numpy_files.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire;
using namespace synfire::test;

namespace {

/// Two polarities of 2 x 2 pixels, a neuron for each, which fire at every second spike, and a
/// read-out that counts polarities.
network camera(input_encoder encoder) {
    population in;
    in.name = "camera";
    in.kind = population_kind::input;
    in.shape = {2, 2, 2};
    in.window = {coding::rate, 255};
    in.range = {0, 255};
    in.input = input_encoding{};
    in.input->encoder = encoder;
    in.input->data_shape = {2, 2, 2};
    population hidden;
    hidden.name = "a/hidden:one";
    hidden.shape = in.shape;
    hidden.theta = {2, 2};
    hidden.bias = {0, 0};
    hidden.streaming = streaming_neuron{};
    population out = hidden;
    out.name = "out";
    out.kind = population_kind::readout;
    out.shape = {2, 1, 1};
    out.theta.clear();
    projection first;
    first.target = 1;
    first.source_channels = first.target_channels = {0, 2};
    first.kind = connectivity::one_to_one;
    first.weights = {1, 1};
    projection second = first;
    second.source = 1;
    second.target = 2;
    second.kind = connectivity::dense;
    second.weights = {1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1};
    network net;
    net.execution = execution::streaming;
    net.steps = 10;
    net.populations = {in, hidden, out};
    net.projections = {first, second};
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
    return net;
}

std::string event(int x, int y, int polarity, int time) {
    std::string bytes{static_cast<char>(x), static_cast<char>(y), static_cast<char>(polarity << 7),
                      static_cast<char>(time >> 8), static_cast<char>(time & 0xFF)};
    return bytes;
}

struct recorded {
    scratch_folder folder;
    std::string net = (folder / "camera.snn").string();
    std::string data = (folder / "data").string();

    recorded() {
        io::write_network(camera(input_encoder::events), net);
        for (const char* name : {"0", "1"}) {
            std::filesystem::create_directories(folder / "data" / name);
        }
        io::write_file(folder / "data/0/1.bin",
                       event(0, 0, 0, 0) + event(0, 0, 0, 1) + event(0, 0, 0, 100));
        io::write_file(folder / "data/1/2.bin",
                       event(1, 1, 1, 5) + event(1, 1, 1, 250) + event(1, 0, 1, 9000));
    }
    program_run run(std::vector<std::string> more) const {
        more.insert(more.begin(), {"simulate", net, "--data", data});
        return synfire_program(more);
    }
};

}  // namespace

TEST_CASE("recordings run end to end", "[cli]") {
    const recorded r;
    const program_run ran = r.run({"--event-step", "100", "--json", "-"});
    CAPTURE(ran.err);
    REQUIRE(ran.status == 0);
    const nlohmann::json json = nlohmann::json::parse(ran.out);
    CHECK(json["accuracy"] == 1.0);
    CHECK(json["events"]["events"] == 6);
    CHECK(json["events"]["events_after_end"] == 1);
    CHECK(json["layers"][0]["spikes"] == 4);
    CHECK(json["data_bytes"].get<int>() >= 6 * 8);
    const program_run summed =
        r.run({"--event-step", "100", "--sum-events", "2", "--engine", "reference", "--json", "-"});
    REQUIRE(summed.status == 0);
    const nlohmann::json more = nlohmann::json::parse(summed.out);
    CHECK(more["layers"][0]["spikes"] == 4);
    CHECK(more["events"]["most_events"] == 2);
}

TEST_CASE("recordings that do not fit are refused", "[cli]") {
    const recorded r;
    require_bad_input(r.run({}), {"does not say how long a step", "--event-step"});
    require_bad_input(r.run({"--event-step", "1000", "--sum-events", "1"}),
                      {"more events of a neuron in a step", "--sum-events"});
    io::write_file(r.folder / "data/0/1.bin", event(2, 0, 0, 0));
    require_bad_input(r.run({"--event-step", "100"}), {"an event is outside the sensor", "x 2"});
    io::write_file(r.folder / "data/0/1.bin", event(0, 0, 0, 0) + "half");
    require_bad_input(r.run({"--event-step", "100"}), {"1.bin", "9 bytes"});
    io::write_file(r.folder / "data/0/1.bin", event(0, 0, 0, 0));
    require_bad_input(synfire_program({"convert", digits_model().string(), "--calibration", r.data,
                                       "-o", (r.folder / "no.snn").string()}),
                      {"holds recordings of events"});
    require_bad_input(synfire_program({"simulate", r.net, "--data", "digits"}),
                      {"recordings of events"});
}

TEST_CASE("probes write the same records for any number of threads", "[cli]") {
    const recorded r;
    const auto records = [&](const char* name, const char* threads) {
        const std::string file = (r.folder / name).string();
        const program_run ran =
            r.run({"--event-step", "100", "--threads", threads, "--probe", "a/hidden:one",
                   "--probe", "out", "--probe", "camera:rates", "--probe-to", file});
        CAPTURE(ran.err);
        REQUIRE(ran.status == 0);
        CHECK_THAT(ran.out, contains_text("written: " + file));
        return io::read_file(file);
    };
    for (const char* name : {"r.npz", "r.h5", "r.csv"}) {
        const bool equal = records(name, "1") == records(name, "3");
        CHECK(equal);
    }
    const auto arrays = io::read_npz(r.folder / "r.npz");
    using ints = std::vector<std::int32_t>;
    CHECK(std::get<ints>(io::find_array(arrays, "a_hidden:one.spikes.step").values) == ints{1, 2});
    CHECK(std::get<ints>(io::find_array(arrays, "a_hidden:one.spikes.neuron").values)
          == ints{0, 7});
    CHECK(io::find_array(arrays, "out.potentials.values").shape
          == std::vector<std::int64_t>{20, 2});
    CHECK(std::get<std::vector<double>>(io::find_array(arrays, "camera.rates.values").values)[0]
          == 0.2);
    CHECK(io::read_text(r.folder / "r.csv").starts_with("population,record,sample,step,neuron"));
}

TEST_CASE("probes that cannot be are refused before anything runs", "[cli]") {
    const recorded r;
    const std::string file = (r.folder / "r.npz").string();
    const auto with = [&](const std::string& probe, const std::string& to) {
        return r.run({"--event-step", "100", "--probe", probe, "--probe-to", to});
    };
    require_bad_input(with("nobody", file), {"no population of that name", "camera"});
    require_bad_input(with("camera:sparks", file), {"there is no such record", "NAME:spikes"});
    std::filesystem::create_directories(r.folder / "d.npz");
    require_bad_input(with("out", (r.folder / "d.npz").string()), {"a folder"});
    require_bad_input(with("camera:potentials", file), {"has no potentials"});
    require_bad_input(with("out:spikes", file), {"sends no spikes"});
    require_bad_input(with("out", (r.folder / "r.txt").string()), {"format of the records"});
    CHECK(r.run({"--probe", "out"}).status == 2);
    CHECK(r.run({"--probe-to", file}).status == 2);
    CHECK(r.run({"--event-step", "100", "--probe", "out", "--probe", "out:potentials", "--probe-to",
                 file})
              .status
          == 2);
    CHECK_FALSE(std::filesystem::exists(file));
}

namespace {

/// Peak memory of the program in bytes; it has to end well.
std::int64_t peak_of(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), SYNFIRE_PROGRAM);
    std::vector<char*> raw;
    for (std::string& a : arguments) { raw.push_back(a.data()); }
    raw.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
        const int nothing = open("/dev/null", O_RDWR);
        for (const int stream : {STDIN_FILENO, STDOUT_FILENO}) { dup2(nothing, stream); }
        execv(raw[0], raw.data());
        _exit(127);
    }
    int status = 0;
    rusage used{};
    REQUIRE(wait4(child, &status, 0, &used) == child);
    REQUIRE(WIFEXITED(status));
    REQUIRE(WEXITSTATUS(status) == 0);
    return std::int64_t{used.ru_maxrss} * 1024;
}

}  // namespace

TEST_CASE("memory does not grow with samples or steps", "[cli]") {
    const scratch_folder folder;
    const std::string net = (folder / "camera.snn").string();
    io::write_network(camera(input_encoder::poisson), net);
    const auto data_of = [&](std::size_t samples) {
        std::string values(8 * samples, '\x40');
        const std::string path = (folder / (std::to_string(samples) + ".npz")).string();
        io::write_file(
            path,
            zip_of({{"x.npy", npy("|u1", "(" + std::to_string(samples) + ", 2, 2, 2)", values)}}));
        return path;
    };
    const auto peak = [&](std::size_t samples, const char* steps) {
        return peak_of({"simulate", net, "--data", data_of(samples), "--threads", "2", "--steps",
                        steps, "--json", (folder / "r.json").string(), "--outputs",
                        (folder / "o.csv").string(), "--probe", "a/hidden:one:potentials",
                        "--probe", "camera", "--probe-to", (folder / "r.h5").string()});
    };
    constexpr std::int64_t mebibyte = std::int64_t{1} << 20;
    const std::int64_t few = peak(1000, "20");
    const std::int64_t many = peak(10000, "20");
    WARN("peak memory, 1,000 samples: " << few / mebibyte << " MiB, 10,000: " << many / mebibyte);
    // 9,000 samples more are 72 kB of data; records and results of them would be 20 MB.
    CHECK(many < few + 4 * mebibyte);
    const std::int64_t longer = peak(4, "200000");
    WARN("4 samples of 200,000 steps: " << longer / mebibyte << " MiB");
    CHECK(longer < 64 * mebibyte);
}
