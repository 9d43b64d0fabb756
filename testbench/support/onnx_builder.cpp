// SPDX-License-Identifier: Apache-2.0
// Small ONNX models for tests.
#include <support/onnx_builder.hpp>

#include <fstream>
#include <stdexcept>

namespace synfire::test {
namespace {

onnx::ValueInfoProto value_info(const std::string& name, const onnx_dims& shape) {
    onnx::ValueInfoProto info;
    info.set_name(name);
    auto& type = *info.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t d : shape) {
        auto& dim = *type.mutable_shape()->add_dim();
        if (d == -1) {
            dim.set_dim_param("N");
        } else {
            dim.set_dim_value(d);
        }
    }
    return info;
}

struct attribute_writer {
    onnx::AttributeProto& to;

    void operator()(std::int64_t v) const {
        to.set_type(onnx::AttributeProto::INT);
        to.set_i(v);
    }
    void operator()(float v) const {
        to.set_type(onnx::AttributeProto::FLOAT);
        to.set_f(v);
    }
    void operator()(const std::string& v) const {
        to.set_type(onnx::AttributeProto::STRING);
        to.set_s(v);
    }
    void operator()(const std::vector<std::int64_t>& v) const {
        to.set_type(onnx::AttributeProto::INTS);
        to.mutable_ints()->Add(v.begin(), v.end());
    }
    void operator()(const std::vector<float>& v) const {
        to.set_type(onnx::AttributeProto::FLOATS);
        to.mutable_floats()->Add(v.begin(), v.end());
    }
    void operator()(const onnx::TensorProto& v) const {
        to.set_type(onnx::AttributeProto::TENSOR);
        *to.mutable_t() = v;
    }
};

}  // namespace

onnx::TensorProto float_tensor(const std::string& name, const onnx_dims& shape,
                               const std::vector<float>& values) {
    onnx::TensorProto t;
    t.set_name(name);
    t.set_data_type(onnx::TensorProto::FLOAT);
    t.mutable_dims()->Add(shape.begin(), shape.end());
    t.mutable_float_data()->Add(values.begin(), values.end());
    return t;
}

onnx::TensorProto integer_tensor(const std::string& name, const onnx_dims& shape,
                                 const std::vector<std::int64_t>& values) {
    onnx::TensorProto t;
    t.set_name(name);
    t.set_data_type(onnx::TensorProto::INT64);
    t.mutable_dims()->Add(shape.begin(), shape.end());
    t.mutable_int64_data()->Add(values.begin(), values.end());
    return t;
}

onnx_builder::onnx_builder(int opset, int ir_version) {
    model_.set_ir_version(ir_version);
    model_.set_producer_name("synfire tests");
    model_.add_opset_import()->set_version(opset);
    model_.mutable_graph()->set_name("test");
}

onnx_builder& onnx_builder::input(const std::string& name, const onnx_dims& shape) {
    *model_.mutable_graph()->add_input() = value_info(name, shape);
    return *this;
}

onnx_builder& onnx_builder::output(const std::string& name, const onnx_dims& shape) {
    *model_.mutable_graph()->add_output() = value_info(name, shape);
    return *this;
}

onnx_builder& onnx_builder::weights(const std::string& name, const onnx_dims& shape,
                                    const std::vector<float>& values) {
    *model_.mutable_graph()->add_initializer() = float_tensor(name, shape, values);
    return *this;
}

onnx_builder& onnx_builder::integers(const std::string& name, const onnx_dims& shape,
                                     const std::vector<std::int64_t>& values) {
    *model_.mutable_graph()->add_initializer() = integer_tensor(name, shape, values);
    return *this;
}

onnx_builder& onnx_builder::node(const std::string& op, const std::vector<std::string>& inputs,
                                 const std::vector<std::string>& outputs,
                                 const std::vector<onnx_attribute>& attributes) {
    onnx::NodeProto& n = *model_.mutable_graph()->add_node();
    n.set_name("node_" + outputs.at(0));
    n.set_op_type(op);
    for (const std::string& i : inputs) { n.add_input(i); }
    for (const std::string& o : outputs) { n.add_output(o); }
    for (const onnx_attribute& a : attributes) {
        onnx::AttributeProto& to = *n.add_attribute();
        to.set_name(a.name);
        std::visit(attribute_writer{to}, a.value);
    }
    return *this;
}

void onnx_builder::save(const std::filesystem::path& file) const {
    std::ofstream out(file, std::ios::binary);
    if (!model_.SerializeToOstream(&out)) {
        throw std::runtime_error("cannot write " + file.string());
    }
}

}  // namespace synfire::test
