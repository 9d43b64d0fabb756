// SPDX-License-Identifier: Apache-2.0
#include "board_link.hpp"

#include <chrono>
#include <synfire/hw/pseudo_terminal.hpp>
#include <synfire/hw/serial_port.hpp>
#include <synfire/hw/uart_link.hpp>

namespace synfire::cli {

namespace {

using seconds = std::chrono::duration<double>;

constexpr double device_patience_s = 0.1;
// Four times what an emulation of half the usual speed needs for the time-out of its line.
constexpr double emulation_patience_s = 5;
// The slowest sample, in patiences of the line.
constexpr double answer_patiences = 20;

class counted_stream final : public hw::byte_stream {
  public:
    explicit counted_stream(hw::byte_stream& stream) : stream_(stream) {}

    void write(std::span<const std::uint8_t> bytes) override {
        stream_.write(bytes);
        bytes_.sent += bytes.size();
    }
    std::size_t read(std::span<std::uint8_t> bytes) override {
        const std::size_t got = stream_.read(bytes);
        bytes_.received += got;
        return got;
    }
    std::chrono::microseconds now() const override { return stream_.now(); }
    line_bytes bytes() const { return bytes_; }

  private:
    hw::byte_stream& stream_;
    line_bytes bytes_;
};

hw::serial_options serial_options_of(const board_options& options, double patience_s) {
    return {.baud = options.baud,
            .patience = std::chrono::duration_cast<std::chrono::milliseconds>(seconds(patience_s))};
}

hw::uart_options uart_options_of(double patience_s) {
    return {.patience = std::chrono::duration_cast<std::chrono::microseconds>(
                seconds(answer_patiences * patience_s))};
}

double patience_of(const std::string& port, const board_options& options) {
    if (options.patience_s) { return *options.patience_s; }
    return hw::is_pseudo_terminal(port) ? emulation_patience_s : device_patience_s;
}

/// Port and frames in one object.
class serial_board final : public board_link {
  public:
    serial_board(const std::string& port, const board_options& options)
        : port_(port, serial_options_of(options, patience_of(port, options))),
          stream_(port_),
          frames_(stream_, uart_options_of(patience_of(port, options))) {}

    std::uint32_t read(std::uint8_t address) override { return frames_.read(address); }
    void write(std::uint8_t address, std::uint32_t value) override {
        frames_.write(address, value);
    }
    bool push(std::uint32_t word) override { return frames_.push(word); }
    std::optional<std::uint32_t> pop() override { return frames_.pop(); }
    std::vector<std::uint32_t> read_block(std::uint8_t address, std::size_t words) override {
        return frames_.read_block(address, words);
    }
    std::vector<std::uint32_t> read_registers(std::uint8_t first, std::size_t count) override {
        return frames_.read_registers(first, count);
    }
    line_bytes bytes() const override { return stream_.bytes(); }

  private:
    hw::serial_port port_;
    counted_stream stream_;
    hw::uart_link frames_;
};

}  // namespace

std::unique_ptr<board_link> open_board(const std::string& port, const board_options& options) {
    return std::make_unique<serial_board>(port, options);
}

}  // namespace synfire::cli
