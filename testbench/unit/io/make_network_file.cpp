// SPDX-License-Identifier: Apache-2.0
// Writes the network that the kept file of a format version holds: make_network_file FILE
// [VERSION]. Run once per version.
#include <cstdio>
#include <string_view>

#include <synfire/io/network_file.hpp>

#include "full_network.hpp"

int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) { return 2; }
    const bool first = argc == 3 && std::string_view(argv[2]) == "1";
    const synfire::network net =
        first ? synfire::test::full_network() : synfire::test::full_streaming_network();
    synfire::io::write_network(net, argv[1]);
    std::printf("%s\n", synfire::io::network_hash(net).c_str());
    return 0;
}
