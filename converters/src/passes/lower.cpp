// SPDX-License-Identifier: Apache-2.0
#include "lower.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include <synfire/core/error.hpp>

#include "../graph/view_parts.hpp"
#include "channel_last.hpp"
#include "code_grids.hpp"
#include "live_layers.hpp"
#include "non_negative.hpp"
#include "pending_sum.hpp"

namespace synfire::converters {

namespace {

/// What a value of the model has become so far.
struct lowered_value {
    std::optional<node_id> node;
    std::optional<pending_sum> sum;
    const code_format* codes = nullptr;  ///< the file's value is codes, not real numbers
};

class lowering {
  public:
    lowering(const model_graph& model, const std::vector<input_encoding>& inputs)
        : model_(model),
          inputs_(inputs),
          values_(model.values.size()),
          consumers_(model.values.size()),
          is_output_(model.values.size(), false) {
        for (std::size_t i = 0; i < model.layers.size(); ++i) {
            for (const value_id v : model.layers[i].inputs) { consumers_[v].push_back(i); }
        }
        for (const graph_output& o : model.outputs) { is_output_[o.value] = true; }
        graph_.source = model.source;
    }

    neuron_graph run() {
        const std::set<std::size_t> live = live_layers(model_);
        for (std::size_t i = 0; i < model_.inputs.size(); ++i) { add_input(i); }
        for (const graph_output& o : model_.outputs) {
            if (names_.insert(o.name).second) { reserved_.insert(o.name); }
        }
        for (std::size_t i = 0; i < model_.layers.size(); ++i) {
            if (!live.contains(i)) { continue; }
            const layer& l = model_.layers[i];
            if (!check_codes(l)) { continue; }
            std::visit([&](const auto& op) { visit(l, op); }, l.op);
        }
        for (const graph_output& o : model_.outputs) { add_readout(o); }
        if (!refusals_.empty()) { throw unsupported_model(model_.source, refusals_); }
        keep_model_values();
        return std::move(graph_);
    }

  private:
    // Of several values that one node stands for, the last: those before it were folded on the way.
    void keep_model_values() {
        for (const lowered_value& v : values_) { graph_.value_nodes.push_back(v.node); }
        for (const layer& l : model_.layers) {
            const std::optional<node_id> node = values_[l.output].node;
            if (node) { graph_.nodes[*node].model_value = l.output; }
        }
        for (std::size_t i = 0; i < model_.outputs.size(); ++i) {
            const std::size_t readout = graph_.nodes.size() - model_.outputs.size() + i;
            graph_.nodes[readout].model_value = model_.outputs[i].value;
        }
    }

    const dims& item(value_id v) const { return model_.values[v].shape; }
    bool used_once(value_id v) const { return consumers_[v].size() == 1 && !is_output_[v]; }
    /// One reader of the node, whatever values stand for it: a ReLU of what is not negative is
    /// none.
    bool read_once(value_id from) const {
        for (value_id v = 0; v < values_.size(); ++v) {
            if (values_[v].node == values_[from].node && !used_once(v)) { return false; }
        }
        return true;
    }
    bool only_output(value_id v) const { return consumers_[v].empty() && is_output_[v]; }

    void refuse(const layer& l, std::string reason, std::string hint) {
        refusals_.push_back({l.name, l.onnx_op, std::move(reason), std::move(hint)});
        // A stand-in of the right size keeps later layers going, so that all refusals come at once.
        pending_sum stand_in = start_sum(l);
        values_[l.output].node = fire(stand_in, false);
    }

    node_id add_node(graph_node node) {
        std::string name = node.name;
        for (int i = 2; !names_.insert(name).second; ++i) {
            name = fmt::format("{}_{}", node.name, i);
        }
        node.name = name;
        graph_.nodes.push_back(std::move(node));
        return graph_.nodes.size() - 1;
    }

    // A channel-last image that the graph first transposes keeps its place: the input population is
    // channel last anyway, so the transposed value is the input.
    void add_input(std::size_t number) {
        const value_id v = model_.inputs[number];
        input_node node{inputs_[number]};
        const std::optional<value_id> transposed = channel_first_image(model_, v);
        node.encoding.layout = transposed ? data_layout::channel_last : data_layout::channel_first;
        node.encoding.data_shape = item(v);
        const value_id seen = transposed.value_or(v);
        values_[v].node = add_node({model_.values[v].name, item(seen), node});
        values_[seen].node = values_[v].node;
    }

    /// The node that sends this value's codes; a pending sum fires as it is (signed).
    node_id fired(value_id v) {
        lowered_value& value = values_[v];
        if (!value.node) { value.node = fire(*value.sum, false); }
        return *value.node;
    }

    node_id fire(const pending_sum& sum, bool relu,
                 float upper = std::numeric_limits<float>::infinity()) {
        return add_node(
            {sum.name, sum.item, sum_node{sum.terms, sum.bias, relu, false, {}, upper}});
    }

    /// The pending sum of a value that nobody else needs.
    pending_sum* own_sum(value_id v) {
        lowered_value& value = values_[v];
        return value.sum && !value.node && used_once(v) ? &*value.sum : nullptr;
    }

    pending_sum start_sum(const layer& l) const {
        pending_sum sum{l.name, item(l.output), {}, {}};
        sum.bias.assign(sum.channels(), 0.0F);
        return sum;
    }

    pending_sum identity_sum(const layer& l, node_id source) const {
        return copy_of(l.name, item(l.output), source);
    }

    /// A node whose elements lie as a convolution or a pool can take them; otherwise a relay that
    /// puts them there.
    node_id spatial_source(const layer& l, node_id source, spatial_use use) {
        return view_parts(graph_, source, use) ? source : relay(l, source);
    }

    /// One synapse per neuron: a view that repeats elements is relayed, since their weights would
    /// have to be added.
    node_id linear_source(const layer& l, node_id source) {
        std::set<std::pair<node_id, std::int32_t>> seen;
        for (const element_source& e : resolve_elements(graph_, source)) {
            if (e.element >= 0 && !seen.emplace(e.node, e.element).second) {
                return relay(l, source);
            }
        }
        return source;
    }

    node_id relay(const layer& l, node_id source) {
        pending_sum sum{l.name + "/relay", graph_.nodes[source].item, {}, {}};
        sum.bias.assign(sum.channels(), 0.0F);
        sum.terms.push_back({source, identity_term{std::vector<float>(sum.channels(), 1.0F)}});
        const node_id id = fire(sum, is_non_negative(graph_, source));
        std::get<sum_node>(graph_.nodes[id].kind).grid = grid_of(graph_, source);
        return id;
    }

    void visit(const layer& l, const convolution& conv) {
        const spatial_use use = conv.groups == 1 ? spatial_use::convolution : spatial_use::whole;
        const node_id source = spatial_source(l, fired(l.inputs[0]), use);
        pending_sum sum = start_sum(l);
        sum.terms.push_back(
            {source, conv_term{conv.weights, conv.groups, conv.geometry}, conv.stored});
        if (!conv.bias.empty()) { sum.bias = conv.bias; }
        values_[l.output].sum = std::move(sum);
    }

    void visit(const layer& l, const transposed_convolution& turned) {
        const node_id source = spatial_source(l, fired(l.inputs[0]), spatial_use::whole);
        pending_sum sum = start_sum(l);
        sum.terms.push_back({source,
                             conv_transpose_term{turned.weights, turned.groups, turned.geometry},
                             turned.stored});
        sum.bias = turned.bias;
        values_[l.output].sum = std::move(sum);
    }

    void visit(const layer& l, const sparse_map& map) {
        node_id source = fired(l.inputs[0]);
        if (graph_.nodes[source].is_view()) { source = relay(l, source); }
        pending_sum sum = start_sum(l);
        sum.terms.push_back({source, sparse_term{map.row_ptr, map.column, map.weights}});
        values_[l.output].sum = std::move(sum);
    }

    void visit(const layer& l, const linear& fc) {
        pending_sum sum = start_sum(l);
        if (!fold_global_average(l, fc, sum)) {
            sum.terms.push_back(
                {linear_source(l, fired(l.inputs[0])), linear_term{fc.weights, false}, fc.stored});
        }
        if (!fc.bias.empty()) { sum.bias = fc.bias; }
        values_[l.output].sum = std::move(sum);
    }

    // A global average behind which only a linear layer stands needs no population and no rounding
    // of its own.
    bool fold_global_average(const layer& l, const linear& fc, pending_sum& sum) {
        const pending_sum* average = own_sum(l.inputs[0]);
        if (average == nullptr) { return false; }
        std::optional<term> folded = linear_of_average(graph_, *average, fc);
        if (folded) { sum.terms.push_back(std::move(*folded)); }
        return folded.has_value();
    }

    void visit(const layer& l, const affine& fold) {
        if (fold_into_input(l, fold)) { return; }
        const bool one = fold.scale.size() == 1 && fold.offset.size() == 1;
        if (one && extend_function(l, {curve_op::affine, fold.scale[0], fold.offset[0]})) {
            return;
        }
        pending_sum* own = own_sum(l.inputs[0]);
        pending_sum sum = own != nullptr ? *own : identity_sum(l, fired(l.inputs[0]));
        if (!fold_affine(sum, fold)) {
            refuse(l, "the factor differs between positions of a channel",
                   "scale per channel instead");
            return;
        }
        values_[l.output].sum = std::move(sum);
    }

    // Normalisation inside the graph joins that of the input: (x - mean) / std, then x * a + b.
    bool fold_into_input(const layer& l, const affine& fold) {
        const lowered_value& from = values_[l.inputs[0]];
        if (!from.node || !read_once(l.inputs[0])) { return false; }
        auto* input = std::get_if<input_node>(&graph_.nodes[*from.node].kind);
        const std::vector<float> a = per_channel(fold.scale, item(l.output));
        const std::vector<float> b = per_channel(fold.offset, item(l.output));
        if (input == nullptr || a.empty() || b.empty()) { return false; }
        if (std::any_of(a.begin(), a.end(), [](float x) { return x <= 0; })) { return false; }
        fold_affine(input->encoding, a, b);
        values_[l.output].node = from.node;
        return true;
    }

    void visit(const layer& l, const relu& rectify) {
        if (extend_function(l, {curve_op::clip, 0.0F, rectify.upper})) { return; }
        const value_id from = l.inputs[0];
        const bool bounded = std::isfinite(rectify.upper);
        if (pending_sum* own = own_sum(from)) {
            if (only_output(l.output) && !bounded) {
                values_[l.output].sum = *own;
                output_functions_[l.output].push_back("relu");
            } else {
                values_[l.output].node = fire(*own, true, rectify.upper);
            }
            return;
        }
        const node_id source = fired(from);
        if (bounded && upper_bound(graph_, source) > rectify.upper) {
            values_[l.output].node = fire(identity_sum(l, source), true, rectify.upper);
            return;
        }
        values_[l.output].node =
            is_non_negative(graph_, source) ? source : fire(identity_sum(l, source), true);
    }

    // Negative codes with a threshold of their own, theta / slope.
    void visit(const layer& l, const leaky_relu& leaky) {
        const value_id from = l.inputs[0];
        const bool same = leaky.slope.size() == 1;
        if (same && extend_function(l, {curve_op::leaky, leaky.slope[0]})) { return; }
        const pending_sum* own = own_sum(from);
        if (own == nullptr && is_non_negative(graph_, fired(from))) {
            values_[l.output].node = fired(from);
            return;
        }
        const pending_sum sum = own != nullptr ? *own : identity_sum(l, fired(from));
        if (same && !is_leak(leaky.slope[0])) {
            fire_curve(l, sum, then(curve{}, {curve_op::leaky, leaky.slope[0]}));
            return;
        }
        const std::vector<float> slopes = per_channel(leaky.slope, sum.item);
        if (slopes.empty() || !std::all_of(slopes.begin(), slopes.end(), is_leak)) {
            refuse(l,
                   fmt::format("a slope lies outside of {} .. {}, or differs within a channel",
                               least_slope, largest_slope),
                   "train with LeakyRelu or Relu, or keep the slopes positive");
            return;
        }
        sum_node node{sum.terms, sum.bias, false, false, {}};
        node.slopes = slopes;
        values_[l.output].node = add_node({sum.name, sum.item, std::move(node)});
    }

    void visit(const layer& l, const curve& function) {
        const pending_sum* own = own_sum(l.inputs[0]);
        fire_curve(l, own != nullptr ? *own : identity_sum(l, fired(l.inputs[0])), function);
    }

    void fire_curve(const layer& l, const pending_sum& sum, const curve& function) {
        sum_node node{sum.terms, sum.bias, is_non_negative(function), false, {}};
        node.function = function;
        values_[l.output].node = add_node({sum.name, sum.item, std::move(node)});
    }

    // Codes of the file may be moved and pooled as they are.
    bool check_codes(const layer& l) {
        const code_format* codes = values_[l.inputs[0]].codes;
        const bool real = std::all_of(l.inputs.begin(), l.inputs.end(),
                                      [&](value_id v) { return values_[v].codes == nullptr; });
        if (real) { return true; }
        const bool same = std::all_of(l.inputs.begin(), l.inputs.end(), [&](value_id v) {
            return same_codes(values_[v].codes, codes);
        });
        if (!same || !moves_codes(l, *codes)) {
            refuse(l, "works on codes whose scales or zero points it does not know",
                   "put a DequantizeLinear before it and a QuantizeLinear behind it");
            return false;
        }
        if (!std::holds_alternative<dequantise_layer>(l.op)) { values_[l.output].codes = codes; }
        return true;
    }

    void visit(const layer& l, const dequantise_layer& codes) {
        if (!same_codes(values_[l.inputs[0]].codes, &codes.format)) {
            refuse(l, "its scale and zero point are not those that the codes were made with",
                   "requantise with a DequantizeLinear and a QuantizeLinear of its own");
            return;
        }
        values_[l.output].node = fired(l.inputs[0]);
    }

    // The model's own rounding: the sum before it fires on that grid. Values that lie on the grid
    // already, such as the largest of some codes, need no neurons.
    void visit(const layer& l, const quantise_layer& codes) {
        const std::optional<code_grid> grid = grid_of_codes(codes.format);
        if (!grid) {
            refuse(l, "zero points differ between channels", "use one for all");
            return;
        }
        values_[l.output].node = on_grid(l, *grid);
        values_[l.output].codes = &codes.format;
    }

    node_id on_grid(const layer& l, const code_grid& grid) {
        const value_id from = l.inputs[0];
        if (pending_sum* own = own_sum(from)) {
            // Operators with scales of their own bring product and rounding as helper layers.
            if (own->name.starts_with(l.name + ":")) { own->name = l.name; }
            return fire_on(*own, grid);
        }
        const node_id source = fired(from);
        auto* sum = std::get_if<sum_node>(&graph_.nodes[source].kind);
        if (sum != nullptr && !sum->grid && read_once(from)) {
            set_grid(*sum, grid);
            return source;
        }
        if (round_before_pool(source, grid)) { return source; }
        if (lies_on(grid_of(graph_, source), grid)) { return source; }
        return fire_on(identity_sum(l, source), grid);
    }

    // The largest value, rounded, is the largest rounded value: the sum before a pool fires on the
    // grid.
    bool round_before_pool(node_id id, const code_grid& grid) {
        const auto* pool = std::get_if<max_pool_node>(&graph_.nodes[id].kind);
        if (pool == nullptr || grid.scale.size() != 1) { return false; }
        const node_id inner = pool->source;
        auto* sum = std::get_if<sum_node>(&graph_.nodes[inner].kind);
        if (sum == nullptr || sum->grid) { return false; }
        for (const node_id node : {id, inner}) {
            for (value_id v = 0; v < values_.size(); ++v) {
                if (values_[v].node == node && !used_once(v)) { return false; }
            }
        }
        set_grid(*sum, grid);
        return true;
    }

    node_id fire_on(const pending_sum& sum, const code_grid& grid) {
        const node_id id = fire(sum, grid.lo >= 0);
        set_grid(std::get<sum_node>(graph_.nodes[id].kind), grid);
        return id;
    }

    // What follows a tabulated function element by element becomes part of the table.
    bool extend_function(const layer& l, const curve_step& step) {
        const value_id from = l.inputs[0];
        if (!values_[from].node || !read_once(from)) { return false; }
        auto* sum = std::get_if<sum_node>(&graph_.nodes[*values_[from].node].kind);
        if (sum == nullptr || !sum->function || sum->grid
            || sum->function->steps.size() >= most_curve_steps) {
            return false;
        }
        sum->function = then(*sum->function, step);
        sum->relu = is_non_negative(*sum->function);
        values_[l.output].node = values_[from].node;
        return true;
    }

    void visit(const layer& l, const max_pool& pool) {
        // ReLU and max-pooling commute; firing first keeps codes unsigned and the pool free of
        // negative values.
        const bool relu_next =
            consumers_[l.output].size() == 1 && !is_output_[l.output]
            && std::holds_alternative<relu>(model_.layers[consumers_[l.output][0]].op);
        pending_sum* own = own_sum(l.inputs[0]);
        if (own != nullptr && relu_next) {
            const auto& next = std::get<relu>(model_.layers[consumers_[l.output][0]].op);
            values_[l.inputs[0]].node = fire(*own, true, next.upper);
        }
        const node_id source = spatial_source(l, fired(l.inputs[0]), spatial_use::max_pool);
        values_[l.output].node =
            add_node({l.name, item(l.output), max_pool_node{source, pool.geometry}});
    }

    void visit(const layer& l, const average_pool& pool) {
        const node_id source = spatial_source(l, fired(l.inputs[0]), spatial_use::whole);
        pending_sum sum = start_sum(l);
        sum.terms.push_back(average_term(source, pool, item(l.inputs[0]), item(l.output)));
        values_[l.output].sum = std::move(sum);
    }

    void visit(const layer& l, const synfire::converters::sum&) {
        pending_sum total = start_sum(l);
        for (const value_id v : l.inputs) {
            pending_sum* own = own_sum(v);
            merge(total, own != nullptr ? *own : identity_sum(l, fired(v)));
        }
        values_[l.output].sum = std::move(total);
    }

    void visit(const layer& l, const index_map& map) {
        if (values_[l.output].node) { return; }  // the transposition of a channel-last input
        if (pending_sum* own = own_sum(l.inputs[0]);
            own != nullptr && l.inputs.size() == 1 && keeps_channels(map, *own, item(l.output))) {
            pending_sum sum = *own;
            sum.item = item(l.output);
            values_[l.output].sum = std::move(sum);
            return;
        }
        view_node view;
        for (const value_id v : l.inputs) { view.sources.push_back(fired(v)); }
        view.index = map.index;
        values_[l.output].node = add_node({l.name, item(l.output), std::move(view)});
    }

    void add_readout(const graph_output& output) {
        lowered_value& value = values_[output.value];
        const pending_sum sum =
            value.sum ? *value.sum
                      : copy_of(output.name, graph_.nodes[*value.node].item, *value.node);
        // Layers are often named as what they give; outputs are what people ask for.
        if (reserved_.erase(output.name) > 0) { names_.erase(output.name); }
        std::vector<std::string> functions = output_functions_[output.value];
        functions.insert(functions.end(), output.host_functions.begin(),
                         output.host_functions.end());
        add_node({output.name, sum.item, sum_node{sum.terms, sum.bias, false, true, functions}});
    }

    const model_graph& model_;
    const std::vector<input_encoding>& inputs_;
    neuron_graph graph_;
    std::vector<lowered_value> values_;
    std::vector<std::vector<std::size_t>> consumers_;
    std::vector<bool> is_output_;
    std::set<std::string> names_;
    std::set<std::string> reserved_;  ///< of them, those of outputs to come
    std::map<value_id, std::vector<std::string>> output_functions_;
    std::vector<refusal> refusals_;
};

}  // namespace

neuron_graph lower(const model_graph& model, const input_description& input) {
    input_encoding every;
    every.scale = input.scale;
    every.mean = input.mean;
    every.std = input.std;
    every.eight_bit = input.eight_bit;
    return lower_encoded(model, std::vector(model.inputs.size(), every));
}

neuron_graph lower_encoded(const model_graph& model, const std::vector<input_encoding>& inputs) {
    neuron_graph graph = lowering(model, inputs).run();
    mark_non_negative(graph);
    return graph;
}

}  // namespace synfire::converters
