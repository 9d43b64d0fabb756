// SPDX-License-Identifier: Apache-2.0
// Writes the network that the kept file of a format version holds: make_network_file FILE
// [VERSION]. Run once per version.
#include <cstdio>
#include <string_view>

#include <synfire/io/network_file.hpp>

#include "full_network.hpp"

int main(int argc, char** argv) {
    if (argc != 2 && argc != 3) { return 2; }
    const std::string_view version = argc == 3 ? argv[2] : "3";
    const synfire::network net = version == "1"   ? synfire::test::full_network()
                                 : version == "2" ? synfire::test::full_streaming_network()
                                                  : synfire::test::full_event_network();
    synfire::io::write_network(net, argv[1]);
    std::printf("%s\n", synfire::io::network_hash(net).c_str());
    return 0;
}
