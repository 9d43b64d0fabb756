// SPDX-License-Identifier: Apache-2.0
#include <synfire/io/network_file.hpp>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/io/files.hpp>

#include "network_reader.hpp"
#include "network_writer.hpp"
#include "seal.hpp"

namespace synfire::io {

namespace {

/// validate() knows populations but not files.
void validate_in(const network& net, const std::string& where) {
    try {
        validate(net);
    } catch (const bad_input& broken) {
        error_facts facts = broken.facts();
        facts.where = where + ": " + facts.where;
        throw bad_input(facts);
    }
}

}  // namespace

std::vector<std::byte> encode_network(const network& net, const std::string& where) {
    validate_in(net, where);
    return sealed(write_network_image(net, where));
}

network decode_network(std::span<const std::byte> file, const std::string& where) {
    network net = read_network_image(unsealed(file, where), where);
    validate_in(net, where);
    return net;
}

void write_network(const network& net, const std::filesystem::path& path) {
    write_file(path, encode_network(net, path.string()));
}

network read_network(const std::filesystem::path& path) {
    return decode_network(read_file(path), path.string());
}

}  // namespace synfire::io
