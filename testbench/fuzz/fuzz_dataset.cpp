// SPDX-License-Identifier: Apache-2.0
// Data files from bytes: the first byte chooses the reader, the rest is the file. Anything but
// bad_input is a bug.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <synfire/core/error.hpp>

#include "data/cifar.hpp"
#include "data/csv.hpp"
#include "data/idx.hpp"
#include "data/locate_recordings.hpp"
#include "data/npy.hpp"
#include "data/parse.hpp"
#include "data/recordings.hpp"
#include "decompress.hpp"

namespace {

using namespace synfire;

// Small enough for the fuzzer's memory limit, large enough for several growth steps.
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 24;

void check(bool promise) {
    if (!promise) { __builtin_trap(); }
}

/// What every reader of events promises.
void check_recordings(const dataset& data) {
    check(data.bytes.empty() && data.reals.empty());
    check(data.event_ends.back() == data.events.size());
    for (std::size_t i = 0; i < data.size(); ++i) {
        const auto events = data.event_sample(i);
        for (std::size_t k = 0; k < events.size(); ++k) {
            check(events[k].place < data.sample_size());
            check(k == 0 || events[k].time_us >= events[k - 1].time_us);
        }
    }
}

/// What every reader promises.
void check_dataset(const dataset& data) {
    check(data.size() > 0);
    if (data.has_events()) { return check_recordings(data); }
    check(data.bytes.empty() != data.reals.empty());
    check(data.labels.empty() || data.labels.size() == data.size());
    check(data.targets.size() == data.target_size * data.size() || data.targets.empty());
    check((data.eight_bit() ? data.bytes.size() : data.reals.size())
          == data.size() * data.sample_size());
}

void read(std::uint8_t reader, std::span<const std::byte> file) {
    const std::string where = "fuzz";
    switch (reader) {
    case '0':
        return check_dataset(io::parse_data(io::data_format::idx, file, where));
    case '1':
        io::parse_idx_labels(file, where);
        return;
    case '2':
        return check_dataset(io::parse_data(io::data_format::npy, file, where));
    case '3':
        return check_dataset(io::parse_data(io::data_format::npz, file, where));
    case '4':
        return check_dataset(io::parse_data(io::data_format::csv, file, where));
    case '5':
        return check_dataset(io::parse_data(io::data_format::cifar, file, where));
    case '6':
        io::gunzip(file, most_bytes, where);
        return;
    case '7':
        io::unxz(file, most_bytes, where);
        return;
    case 'a': {
        dataset data;
        io::append_aer(file, where, data);
        return check_dataset(data);
    }
    case 'n':
        return check_dataset(io::parse_npz_events(file, where));
    case 'l': {
        const char* text = reinterpret_cast<const char*>(file.data());
        check(!io::parse_recording_list({text, file.size()}, where, "folder").empty());
        return;
    }
    default:
        io::parse_npz(file, where);
        return;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) { return 0; }
    try {
        read(data[0], std::as_bytes(std::span(data + 1, size - 1)));
    } catch (const bad_input&) {
        // The expected end of most inputs.
    }
    return 0;
}
