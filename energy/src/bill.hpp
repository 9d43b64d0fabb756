// SPDX-License-Identifier: Apache-2.0
// Collects the terms of one layer; shared by the spiking and the dense side so that both are priced
// alike.
#pragma once

#include <string>
#include <string_view>

#include <synfire/energy/estimate.hpp>

namespace synfire::energy {

class bill {
  public:
    bill(const engine_context& context, std::string layer, std::string kind);

    /// Operations at a price of the table; `scale` multiplies the price (narrower operands).
    void operations(std::string name, const interval& count, std::string_view price_name,
                    basis origin = basis::formula, double scale = 1);
    void counted(std::string name, double count, std::string_view price_name) {
        operations(std::move(name), interval::exact(count), price_name, basis::counted);
    }
    void formula(std::string name, double count, std::string_view price_name) {
        operations(std::move(name), interval::exact(count), price_name);
    }
    /// Words of spikes or activations.
    void read_words(std::string name, const interval& count);
    void write_words(std::string name, const interval& count);
    /// Rows of N weights of `bits` each.
    void read_rows(std::string name, const interval& count, int bits);
    /// One access of a memory of its own.
    void priced(std::string name, double count, std::string price_name, std::optional<price> unit);
    /// Something that no table can price; makes the total unknown unless the count is zero.
    void unknown(std::string name, double count, std::string price_name);

    layer_estimate take() { return std::move(layer_); }

  private:
    const engine_context& context_;
    layer_estimate layer_;

    void add(term t);
};

/// Words that hold something, of `words` words of `capacity` elements with `marks` marks thrown on
/// them: at best packed, nominally at random, at worst each in its own word.
interval occupied(double marks, double words, double capacity);

/// Smallest number of bits for codes lo .. hi.
int code_bits(long long lo, long long hi);

double ceil_ratio(double a, double b);

/// Names of unknown prices of the layers, once each.
std::vector<missing_term> unknown_prices(const std::vector<layer_estimate>& layers,
                                         const std::string& table);

}  // namespace synfire::energy
