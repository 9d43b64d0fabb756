// SPDX-License-Identifier: Apache-2.0
// Writes the network that the kept files of each format version hold: make_network_file FILE. Run
// once per version.
#include <cstdio>

#include <synfire/io/network_file.hpp>

#include "full_network.hpp"

int main(int argc, char** argv) {
    if (argc != 2) { return 2; }
    const synfire::network net = synfire::test::full_network();
    synfire::io::write_network(net, argv[1]);
    std::printf("%s\n", synfire::io::network_hash(net).c_str());
    return 0;
}
