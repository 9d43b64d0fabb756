// SPDX-License-Identifier: Apache-2.0
// Models that cannot be used, as the user meets them: exit status 3, one message, nothing written.
#include <limits>

#include <support/catch.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire::test;

namespace {

/// Converts on `digits` into a folder where an older file lies, which has to stay as it is.
struct conversion {
    scratch_folder folder;
    std::filesystem::path model = folder / "model.onnx";

    program_run run(const std::string& data = "digits") {
        folder.put("net.snn", "older file");
        return synfire_program({"convert", model.string(), "--calibration", data,
                                "--calibration-samples", "8", "-o", (folder / "net.snn").string()});
    }
    void require_refused(const std::vector<std::string>& parts,
                         const std::string& data = "digits") {
        const std::size_t files = folder.entries();
        const program_run found = run(data);
        require_bad_input(found, parts);
        CHECK(found.out.empty());
        CHECK(slurp(folder / "net.snn") == "older file");
        CHECK(folder.entries() == files + 1);
    }
};

/// Turns the weights of the dense layer into external data.
void move_weights_out(onnx_builder& m, const std::string& location) {
    onnx::TensorProto& w = *m.model().mutable_graph()->mutable_initializer(1);
    w.clear_float_data();
    w.set_data_location(onnx::TensorProto::EXTERNAL);
    onnx::StringStringEntryProto& entry = *w.add_external_data();
    entry.set_key("location");
    entry.set_value(location);
}

}  // namespace

TEST_CASE("a missing model is bad input", "[cli]") {
    conversion c;
    c.require_refused({"model.onnx", "No such file"});
}

TEST_CASE("a model cut short is bad input", "[cli]") {
    conversion c;
    const std::string whole = slurp(digits_model());
    for (const std::size_t part :
         {std::size_t{0}, std::size_t{100}, whole.size() / 2, whole.size() - 1}) {
        CAPTURE(part);
        c.folder.put("model.onnx", whole.substr(0, part));
        const program_run found = c.run();
        require_bad_input(found, {"model.onnx"});
        CHECK(slurp(c.folder / "net.snn") == "older file");
    }
}

TEST_CASE("a file that is no model is bad input", "[cli]") {
    conversion c;
    c.folder.put("model.onnx", "This is a text, and a text is not a trained network.\n");
    c.require_refused({"model.onnx", "not an ONNX model"});
}

TEST_CASE("data of another shape than the model's are bad input", "[cli]") {
    conversion c;
    small_classifier().save(c.model);
    c.require_refused({"fashion-mnist", "28 x 28", "1 x 8 x 8"}, "fashion-mnist");
}

TEST_CASE("weights that are no numbers are bad input, by name", "[cli]") {
    const float value =
        GENERATE(std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity());
    conversion c;
    onnx_builder m = small_classifier();
    m.model().mutable_graph()->mutable_initializer(0)->set_float_data(3, value);
    m.save(c.model);
    c.require_refused({"w1"});
}

TEST_CASE("a dynamic dimension other than the batch is bad input", "[cli]") {
    conversion c;
    onnx_builder m = small_classifier();
    auto& shape = *m.model()
                       .mutable_graph()
                       ->mutable_input(0)
                       ->mutable_type()
                       ->mutable_tensor_type()
                       ->mutable_shape();
    shape.mutable_dim(2)->set_dim_param("rows");
    m.save(c.model);
    c.require_refused({"image", "rows"});
}

TEST_CASE("external data that are missing are bad input", "[cli]") {
    conversion c;
    onnx_builder m = small_classifier();
    move_weights_out(m, "weights.bin");
    m.save(c.model);
    c.require_refused({"weights.bin"});
}

TEST_CASE("wrong metadata are bad input", "[cli]") {
    conversion c;
    onnx_builder m = small_classifier();
    auto& entry = *m.model().add_metadata_props();
    entry.set_key("synfire.mean");
    entry.set_value("a half");
    m.save(c.model);
    c.require_refused({"synfire.mean", "a half"});
}

TEST_CASE("unsupported nodes are refused all at once, with type, reason and hint", "[cli]") {
    conversion c;
    onnx_builder m;
    m.input("image", {-1, 64});
    m.weights("w1", {64, 16}, std::vector<float>(1024, 0.1F))
        .weights("w2", {16, 10}, std::vector<float>(160, 0.1F));
    m.node("MatMul", {"image", "w1"}, {"hidden"}).node("LRN", {"hidden"}, {"squashed"});
    m.node("MatMul", {"squashed", "w2"}, {"scores"})
        .node("LayerNormalization", {"scores"}, {"normal"});
    m.node("Relu", {"normal"}, {"logits"}).output("logits", {-1, 10});
    m.save(c.model);
    const program_run found = c.run();
    require_bad_input(found, {"node_squashed", "LRN", "node_normal", "LayerNormalization",
                              "statistics of the sample", "train with BatchNormalization"});
    CHECK(slurp(c.folder / "net.snn") == "older file");

    const program_run inspected = synfire_program({"inspect", c.model.string()});
    CHECK(inspected.status == 3);
    CHECK_THAT(inspected.out + inspected.err,
               contains_text("node_squashed") && contains_text("node_normal"));
}

TEST_CASE("any batch and a newer exporter's file load", "[cli]") {
    conversion c;
    SECTION("symbolic batch") { small_classifier(-1).save(c.model); }
    SECTION("batch of one") { small_classifier(1).save(c.model); }
    SECTION("operator set 20, IR version 10") { small_classifier(-1, 20, 10).save(c.model); }
    SECTION("batch without a size or a name") {
        onnx_builder m = small_classifier();
        auto& shape = *m.model()
                           .mutable_graph()
                           ->mutable_input(0)
                           ->mutable_type()
                           ->mutable_tensor_type()
                           ->mutable_shape();
        shape.mutable_dim(0)->clear_value();
        m.save(c.model);
    }
    const program_run found = c.run();
    INFO(found.err);
    CHECK(found.status == 0);
    CHECK(synfire_program({"inspect", (c.folder / "net.snn").string()}).status == 0);
}
