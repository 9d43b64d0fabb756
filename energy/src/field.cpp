// SPDX-License-Identifier: Apache-2.0
// Counts words run by run, exactly, for neurons packed channel last without padding.
#include "field.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <synfire/core/error.hpp>

namespace synfire::energy {
namespace {

using std::int64_t;

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Channels [first, last) of an output word, in the target's range.
struct channel_group {
    int64_t first = 0;
    int64_t last = 0;
};

class field_counter {
  public:
    field_counter(const network& net, const projection& p, const field_layout& layout)
        : p_(p),
          layout_(layout),
          source_(net.populations[p.source].shape),
          target_(net.populations[p.target].shape) {}

    field_facts count() {
        split_channels();
        facts_.output_words = static_cast<double>(target_.positions() * groups_.size());
        switch (p_.kind) {
        case connectivity::dense:
            dense();
            break;
        case connectivity::conv2d:
        case connectivity::sum_pool:
        case connectivity::window:
            convolution();
            break;
        case connectivity::conv_transpose2d:
            transposed();
            break;
        case connectivity::one_to_one:
            one_to_one();
            break;
        case connectivity::index:
            indexed();
            break;
        case connectivity::sparse:
            sparse();
            break;
        }
        return facts_;
    }

  private:
    const projection& p_;
    field_layout layout_;
    shape source_;
    shape target_;
    field_facts facts_;
    std::vector<channel_group> groups_;

    int64_t source_channels() const { return p_.source_channels.count(); }
    int64_t target_channels() const { return p_.target_channels.count(); }
    bool per_channel() const {
        return p_.kind == connectivity::sum_pool || p_.kind == connectivity::window
               || p_.kind == connectivity::one_to_one;
    }
    /// Grouped convolutions whose groups are narrower than the lanes: lanes of a word belong to
    /// several groups.
    bool narrow_groups() const {
        return p_.groups > 1 && target_channels() / p_.groups < layout_.lanes;
    }

    void split_channels() {
        const int64_t block =
            p_.groups > 1 && !narrow_groups() ? target_channels() / p_.groups : target_channels();
        for (int64_t start = 0; start < target_channels(); start += block) {
            for (int64_t c = start; c < start + block; c += layout_.lanes) {
                groups_.push_back({c, std::min(c + layout_.lanes, start + block)});
            }
        }
        facts_.shared_rows = per_channel() || narrow_groups() || p_.kind == connectivity::index;
        facts_.row_words =
            facts_.shared_rows ? 1.0 : static_cast<double>(ceil_div(block, layout_.lanes));
    }

    /// Source channels [first, last), in the source's range, that feed an output word.
    channel_group sources_of(const channel_group& word) const {
        if (per_channel()) { return word; }
        if (p_.groups == 1) { return {0, source_channels()}; }
        const int64_t outputs = target_channels() / p_.groups;
        const int64_t inputs = source_channels() / p_.groups;
        return {word.first / outputs * inputs, ((word.last - 1) / outputs + 1) * inputs};
    }

    /// Words that hold the channels [c.first, c.last) of the pixels first .. last of a row.
    double run(int64_t first_pixel, int64_t last_pixel, const channel_group& c) const {
        const int64_t base = p_.source_channels.first;
        const int64_t begin =
            (first_pixel * source_.channels + base + c.first) * layout_.element_bits;
        const int64_t end = (last_pixel * source_.channels + base + c.last) * layout_.element_bits;
        const int64_t words = (end - 1) / layout_.word_bits - begin / layout_.word_bits + 1;
        return static_cast<double>(words);
    }

    /// Pixels first .. last that a kernel row or column covers inside 0 .. size-1; taps is how
    /// many.
    struct reach {
        int64_t first = 0;
        int64_t last = -1;
        int64_t taps = 0;
    };

    /// Words of the same channels of the pixels of one kernel row; a word that holds several pixels
    /// is read once.
    double tapped(int64_t base, const reach& columns, const channel_group& c) const {
        double words = 0;
        int64_t next = 0;  // first word not read yet
        for (int64_t i = columns.first; i <= columns.last; i += p_.geometry.dilation[1]) {
            const int64_t pixel = (base + i) * source_.channels + p_.source_channels.first;
            const int64_t first = (pixel + c.first) * layout_.element_bits / layout_.word_bits;
            const int64_t last = ((pixel + c.last) * layout_.element_bits - 1) / layout_.word_bits;
            words += static_cast<double>(std::max<int64_t>(0, last - std::max(first, next) + 1));
            next = std::max(next, last + 1);
        }
        return words;
    }

    void dense() {
        const auto sources =
            static_cast<double>(source_.positions()) * static_cast<double>(source_channels());
        const auto positions = static_cast<double>(target_.positions());
        const auto pixels = static_cast<int64_t>(source_.positions());
        double field = 0;
        if (source_channels() == source_.channels) {
            field = run(0, pixels - 1, {0, source_channels()});
        } else {
            for (int64_t i = 0; i < pixels; ++i) { field += run(i, i, {0, source_channels()}); }
        }
        facts_.words = field * facts_.output_words;
        facts_.reached = sources * positions;
        facts_.synapses = facts_.reached * static_cast<double>(target_channels());
        facts_.row_slots = facts_.reached * facts_.row_words;
    }

    reach along(int64_t output, std::size_t axis, int64_t size) const {
        const auto& g = p_.geometry;
        reach r;
        for (int64_t k = 0; k < g.kernel[axis]; ++k) {
            const int64_t i = output * g.stride[axis] - g.pads[axis] + k * g.dilation[axis];
            if (i < 0 || i >= size) { continue; }
            if (r.taps++ == 0) { r.first = i; }
            r.last = i;
        }
        return r;
    }

    void add_taps(double taps) {
        const auto inputs = static_cast<double>(per_channel() ? 1 : source_channels() / p_.groups);
        const auto channels = static_cast<double>(target_channels());
        facts_.synapses += taps * inputs * channels;
        facts_.reached += taps * static_cast<double>(source_channels());
        // Pooling reads one row of channel weights per output word, whatever the number of taps.
        if (per_channel()) {
            facts_.row_slots = facts_.output_words;
        } else if (narrow_groups()) {
            facts_.row_slots += taps * inputs * static_cast<double>(groups_.size());
        } else {
            facts_.row_slots += taps * static_cast<double>(source_channels()) * facts_.row_words;
        }
    }

    void convolution() {
        for (int64_t y = 0; y < target_.height; ++y) {
            const reach rows = along(y, 0, source_.height);
            for (int64_t x = 0; x < target_.width; ++x) {
                const reach columns = along(x, 1, source_.width);
                if (rows.taps * columns.taps == 0) { continue; }
                add_taps(static_cast<double>(rows.taps * columns.taps));
                facts_.words += kernel_words(y, columns);
            }
        }
    }

    /// Words of one position's field: whole kernel rows where all channels are wanted, else tap by
    /// tap.
    double kernel_words(int64_t y, const reach& columns) const {
        const auto& g = p_.geometry;
        double words = 0;
        for (int64_t k = 0; k < g.kernel[0]; ++k) {
            const int64_t row = y * g.stride[0] - g.pads[0] + k * g.dilation[0];
            if (row < 0 || row >= source_.height) { continue; }
            const int64_t base = row * source_.width;
            if (p_.groups == 1 && !per_channel()) {
                words += run(base + columns.first, base + columns.last, {0, source_channels()})
                         * static_cast<double>(groups_.size());
                continue;
            }
            for (const channel_group& word : groups_) {
                words += tapped(base, columns, sources_of(word));
            }
        }
        return words;
    }

    /// Input pixels whose transposed kernel covers the output coordinate.
    std::vector<int64_t> inputs_of(int64_t output, std::size_t axis, int64_t size) const {
        const auto& g = p_.geometry;
        std::vector<int64_t> inputs;
        for (int64_t k = 0; k < g.kernel[axis]; ++k) {
            const int64_t scaled = output + g.pads[axis] - k * g.dilation[axis];
            if (scaled < 0 || scaled % g.stride[axis] != 0) { continue; }
            if (scaled / g.stride[axis] < size) { inputs.push_back(scaled / g.stride[axis]); }
        }
        return inputs;
    }

    void transposed() {
        for (int64_t y = 0; y < target_.height; ++y) {
            const auto rows = inputs_of(y, 0, source_.height);
            for (int64_t x = 0; x < target_.width; ++x) {
                const auto columns = inputs_of(x, 1, source_.width);
                add_taps(static_cast<double>(rows.size() * columns.size()));
                for (const int64_t row : rows) {
                    for (const int64_t column : columns) {
                        const int64_t pixel = row * source_.width + column;
                        for (const channel_group& word : groups_) {
                            facts_.words += run(pixel, pixel, sources_of(word));
                        }
                    }
                }
            }
        }
    }

    void one_to_one() {
        for (int64_t i = 0; i < static_cast<int64_t>(target_.positions()); ++i) {
            for (const channel_group& word : groups_) { facts_.words += run(i, i, word); }
        }
        facts_.synapses =
            static_cast<double>(target_.positions()) * static_cast<double>(target_channels());
        facts_.reached = facts_.synapses;
        facts_.row_slots = facts_.output_words;
    }

    int64_t word_of(int64_t source_neuron) const {
        const int64_t pixel = source_neuron / source_channels();
        const int64_t channel = source_neuron % source_channels();
        return (pixel * source_.channels + p_.source_channels.first + channel)
               * layout_.element_bits / layout_.word_bits;
    }

    static double distinct(std::vector<int64_t>& values) {
        std::sort(values.begin(), values.end());
        return static_cast<double>(std::unique(values.begin(), values.end()) - values.begin());
    }

    /// Calls visit(output word's target neurons [first, last)) for every output word.
    template <typename Visit>
    void for_each_word(Visit visit) const {
        for (int64_t i = 0; i < static_cast<int64_t>(target_.positions()); ++i) {
            for (const channel_group& word : groups_) {
                visit(i * target_channels() + word.first, i * target_channels() + word.last);
            }
        }
    }

    void indexed() {
        for_each_word([this](int64_t first, int64_t last) {
            std::vector<int64_t> words;
            for (int64_t n = first; n < last; ++n) {
                const int64_t source = p_.index[static_cast<std::size_t>(n)];
                if (source >= 0) { words.push_back(word_of(source)); }
            }
            facts_.synapses += static_cast<double>(words.size());
            facts_.words += distinct(words);
        });
        facts_.reached = facts_.synapses;
        facts_.row_slots = facts_.output_words;
    }

    void sparse() {
        for_each_word([this](int64_t first, int64_t last) {
            std::vector<int64_t> sources;
            for (int64_t n = first; n < last; ++n) {
                const auto row = static_cast<std::size_t>(n);
                for (int64_t k = p_.row_ptr[row]; k < p_.row_ptr[row + 1]; ++k) {
                    sources.push_back(p_.column[static_cast<std::size_t>(k)]);
                }
            }
            facts_.synapses += static_cast<double>(sources.size());
            const double rows = distinct(sources);
            sources.resize(static_cast<std::size_t>(rows));
            facts_.row_slots += rows;
            for (int64_t& source : sources) { source = word_of(source); }
            facts_.words += distinct(sources);
        });
        // Reached positions are bounded by the rows: one row serves all lanes of a word.
        facts_.reached = facts_.row_slots / facts_.row_words;
    }
};

}  // namespace

field_facts facts_of(const network& net, const projection& p, const field_layout& layout) {
    if (layout.lanes < 1 || layout.word_bits < 8 || layout.element_bits < 1) {
        throw bad_input({.where = "engine options",
                         .what = "lanes and word widths must be positive",
                         .found = "",
                         .expected = "lanes >= 1, words of at least 8 bits",
                         .hint = ""});
    }
    return field_counter(net, p, layout).count();
}

}  // namespace synfire::energy
