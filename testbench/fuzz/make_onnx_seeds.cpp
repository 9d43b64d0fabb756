// SPDX-License-Identifier: Apache-2.0
// Writes the seeds of fuzz_onnx: small models that reach every operator, in several operator sets.
// Usage: make_onnx_seeds FOLDER
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include <support/onnx_builder.hpp>

namespace {

using namespace synfire::test;
using ints = std::vector<std::int64_t>;

std::vector<float> ramp(std::size_t n) {
    std::vector<float> out;
    for (std::size_t i = 0; i < n; ++i) { out.push_back(static_cast<float>(i % 7) - 3.0F); }
    return out;
}

const std::int64_t zero = 0;
const std::int64_t one = 1;

onnx_builder image_network(int opset) {
    onnx_builder m(opset, opset > 17 ? 10 : 7);
    m.input("x", {-1, 2, 6, 6}).weights("w", {4, 1, 3, 3}, ramp(36)).weights("b", {4}, ramp(4));
    m.weights("one", {4}, {1, 1, 1, 1}).weights("d", {4, 3}, ramp(12)).weights("c", {3}, ramp(3));
    m.node("Conv", {"x", "w", "b"}, {"c1"},
           {{"pads", ints{1, 1, 1, 1}}, {"group", std::int64_t{2}}});
    m.node("BatchNormalization", {"c1", "one", "b", "b", "one"}, {"n"}).node("Relu", {"n"}, {"r"});
    std::vector<onnx_attribute> pooling{{"kernel_shape", ints{2, 2}}, {"strides", ints{2, 2}}};
    if (opset >= 10) { pooling.push_back({"ceil_mode", one}); }
    m.node("MaxPool", {"r"}, {"p"}, pooling);
    m.node("AveragePool", {"p"}, {"a"},
           {{"kernel_shape", ints{2, 2}}, {"auto_pad", std::string("SAME_UPPER")}});
    m.node("Add", {"p", "a"}, {"s"})
        .node("GlobalAveragePool", {"s"}, {"g"})
        .node("Flatten", {"g"}, {"f"});
    m.node("Gemm", {"f", "d", "c"}, {"o"}, {{"alpha", 2.0F}})
        .node("Softmax", {"o"}, {"y"}, {{"axis", one}});
    return m.output("y", {-1, 3});
}

onnx_builder movement_network() {
    onnx_builder m;
    m.input("x", {-1, 2, 3, 4})
        .integers("i0", {1}, {0})
        .integers("i1", {1}, {1})
        .integers("i2", {1}, {2});
    m.integers("pads", {8}, {0, 0, 1, 0, 0, 0, -1, 2})
        .integers("rest", {1}, {-1})
        .integers("e", {4}, {1, 2, 3, 6});
    m.node("Shape", {"x"}, {"s"}).node("Gather", {"s", "i0"}, {"n"});
    m.node("Concat", {"n", "rest"}, {"shape"}, {{"axis", zero}}).node("Pad", {"x", "pads"}, {"p"});
    m.node("Transpose", {"p"}, {"t"}, {{"perm", ints{0, 3, 1, 2}}})
        .node("Slice", {"t", "i0", "i2", "i1"}, {"sl"});
    m.node("Split", {"x"}, {"u", "v"}, {{"axis", one}})
        .node("Concat", {"v", "u"}, {"cc"}, {{"axis", one}});
    m.node("Sub", {"cc", "x"}, {"d"})
        .node("Reshape", {"d", "shape"}, {"y"})
        .node("Squeeze", {"u", "i1"}, {"q"});
    m.node("Unsqueeze", {"q", "i1"}, {"z"})
        .node("ReduceMean", {"sl"}, {"m"}, {{"axes", ints{2, 3}}});
    return m.output("y", {-1, 24}).output("z", {-1, 1, 3, 4}).output("m", {-1, 2, 1, 1});
}

onnx_builder constant_network() {
    onnx_builder m;
    m.input("x", {-1, 3})
        .integers("a", {}, {0})
        .integers("b", {}, {3})
        .integers("c", {}, {1})
        .integers("n", {1}, {3});
    m.weights("h", {3}, {0.5F, 1.5F, 2.5F}).weights("w", {9}, ramp(9)).integers("sq", {2}, {3, -1});
    m.node("Range", {"a", "b", "c"}, {"r"}).node("Gather", {"x", "r"}, {"g"}, {{"axis", one}});
    m.node("ConstantOfShape", {"n"}, {"k"}, {{"value", float_tensor("", {1}, {2})}})
        .node("Ceil", {"h"}, {"u"});
    m.node("Mul", {"k", "u"}, {"ku"})
        .node("Equal", {"r", "c"}, {"q"})
        .node("Where", {"q", "ku", "h"}, {"wh"});
    m.node("Div", {"g", "wh"}, {"dv"})
        .node("Reshape", {"w", "sq"}, {"w2"})
        .node("MatMul", {"dv", "w2"}, {"mm"});
    m.node("Expand", {"mm", "n1"}, {"ex"})
        .integers("n1", {2}, {1, 3})
        .node("Sum", {"ex", "mm"}, {"y"});
    return m.output("y", {-1, 3});
}

onnx_builder refused_network() {
    onnx_builder m(20, 10);
    m.input("x", {-1, 4})
        .node("Tanh", {"x"}, {"t"})
        .node("LSTM", {"t"}, {"l"})
        .node("Relu", {"l"}, {"y"});
    return m.output("y");
}

onnx_builder line_network() {
    onnx_builder m(9, 4);
    m.input("x", {1, 2, 8}).weights("w", {2, 2, 3}, ramp(12));
    m.node("Conv", {"x", "w"}, {"c"},
           {{"auto_pad", std::string("SAME_LOWER")}, {"strides", ints{2}}});
    m.node("Clip", {"c"}, {"r"}, {{"min", 0.0F}})
        .node("MaxPool", {"r"}, {"p"}, {{"kernel_shape", ints{2}}});
    m.node("Slice", {"p"}, {"s"}, {{"starts", ints{0}}, {"ends", ints{2}}, {"axes", ints{2}}});
    m.node("Dropout", {"s"}, {"o"}).node("GlobalMaxPool", {"o"}, {"y"});
    return m.output("y", {1, 2, 1});
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: make_onnx_seeds FOLDER\n", stderr);
        return 2;
    }
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    for (const int opset : {8, 11, 13, 22}) {
        image_network(opset).save(folder / ("image_opset_" + std::to_string(opset) + ".onnx"));
    }
    movement_network().save(folder / "movement.onnx");
    constant_network().save(folder / "constants.onnx");
    refused_network().save(folder / "refused.onnx");
    line_network().save(folder / "line.onnx");
    return 0;
}
