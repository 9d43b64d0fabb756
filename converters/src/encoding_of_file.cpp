// SPDX-License-Identifier: Apache-2.0
// Apart from encoding.cpp: what only looks at graphs needs no reader of files.
#include "encoding.hpp"
#include "onnx/reader.hpp"

namespace synfire::converters {

input_encoding resolve_encoding(const std::filesystem::path& model, const preprocessing& given,
                                bool eight_bit) {
    return resolve_encoding(import_onnx(model).graph, given, eight_bit);
}

}  // namespace synfire::converters
