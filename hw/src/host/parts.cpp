// SPDX-License-Identifier: Apache-2.0
// Networks that the engine holds a part of at a time. The maps stay from part to part: a run
// without input writes nothing of them.
#include <fmt/format.h>

#include <algorithm>

#include <synfire/hw/host.hpp>
#include <synfire/hw/registers.hpp>

namespace synfire::hw {

/// The next sample loads all of them again, and reads them back.
void host::forget_parts() {
    part_.reset();
    proven_.assign(in_parts_ != nullptr ? in_parts_->parts.size() : 0, 0);
}

/// LENGTH is the same for all parts and not written here: a reset clears it, whenever it comes, and
/// the engine then refuses to run on with maps that may be gone.
void host::load_part(std::size_t number) {
    const image& made = *in_parts_;
    const piece what = part_of(made, number);
    part_.reset();
    write_memories(made, what);
    input_port port = made.input;
    if (number > 0) { port.neurons = 0; }
    write_input(port);
    if (proven_[number] == 0) {
        check_program(made, what);
        check_input(port);
        if (options_.verify) { check_weights(made, what); }
        proven_[number] = 1;
    }
    part_ = number;
}

/// What ends a part looks like the answer of a network with one potential.
void host::end_part() {
    read_readout({part_end_population, 1});
    const std::uint32_t done = next_word("DONE");
    if (type_of(done) != word_type::done) {
        fail("a part's answer does not end", fmt::format("0x{:08x}", done), "DONE");
    }
}

sample_answer host::exchange(std::span<const std::uint32_t> words) {
    if (in_parts_ == nullptr) {
        push(words);
        return answer();
    }
    for (std::size_t number = 0; number < in_parts_->parts.size(); ++number) {
        if (number > 0) { end_part(); }
        if (part_ != number) { load_part(number); }
        push(number == 0 ? words : words.last(std::min<std::size_t>(words.size(), 1)));
    }
    return answer();
}

}  // namespace synfire::hw
