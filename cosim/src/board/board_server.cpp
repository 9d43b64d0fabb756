// SPDX-License-Identifier: Apache-2.0
#include <synfire/cosim/board_server.hpp>

#include <chrono>
#include <span>
#include <vector>

namespace synfire::cosim {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int levels_per_byte = 10;
// A look at the terminal costs microseconds, a byte's time on the line more than a hundred: few
// cycles are wasted while the program waits for an answer.
constexpr int bytes_a_slice = 2;
// The board has no flow control, but the terminal has: what it cannot take yet stays there.
constexpr std::size_t most_backlog = 4096;
constexpr milliseconds idle_wait{10};

class server {
  public:
    server(board_line& board, hw::pseudo_terminal& terminal, const server_options& options)
        : board_(board),
          terminal_(terminal),
          options_(options),
          slice_(static_cast<std::uint64_t>(bytes_a_slice * levels_per_byte
                                            * board.timing().cycles_per_bit)) {}

    server_counts run() {
        while (!ended()) {
            listen();
            if (!stands_still()) { run_slice(); }
            answer();
            if (options_.progress) { options_.progress(counts_); }
        }
        return counts_;
    }

  private:
    board_line& board_;
    hw::pseudo_terminal& terminal_;
    const server_options& options_;
    std::uint64_t slice_;
    std::uint64_t quiet_ = 0;  ///< cycles since anything happened
    std::uint64_t heard_ = 0;  ///< bytes of the program that is there
    std::vector<std::uint8_t> answer_;

    server_counts counts_;

    bool ended() const {
        return (options_.stop && options_.stop()) || (options_.once && counts_.programs > 0);
    }

    bool stands_still() const { return quiet_ > board_.timing().timeout_cycles() + slice_; }

    void listen() {
        if (board_.line().backlog() > most_backlog * levels_per_byte) { return; }
        const std::vector<std::uint8_t> bytes =
            terminal_.read(stands_still() ? idle_wait : milliseconds(0));
        if (!bytes.empty()) {
            board_.write(bytes);
            quiet_ = 0;
            heard_ += bytes.size();
            counts_.bytes_to_board += bytes.size();
        }
        if (!terminal_.hung_up()) { return; }
        answer_.clear();  // nobody will read it
        if (heard_ > 0) { ++counts_.programs; }
        heard_ = 0;
    }

    void run_slice() {
        const auto begin = steady_clock::now();
        board_.run(slice_);
        counts_.running_seconds +=
            std::chrono::duration<double>(steady_clock::now() - begin).count();
        counts_.cycles = board_.cycles();
        const std::vector<std::uint8_t> said = board_.line().take_all();
        answer_.insert(answer_.end(), said.begin(), said.end());
        counts_.bytes_from_board += said.size();
        const bool busy = !said.empty() || !board_.line().idle() || board_.pins().running_led();
        quiet_ = busy ? 0 : quiet_ + slice_;
    }

    void answer() {
        if (answer_.empty()) { return; }
        const std::size_t taken = terminal_.write(answer_);
        answer_.erase(answer_.begin(), answer_.begin() + static_cast<std::ptrdiff_t>(taken));
    }
};

}  // namespace

server_counts serve(board_line& board, hw::pseudo_terminal& terminal,
                    const server_options& options) {
    return server(board, terminal, options).run();
}

}  // namespace synfire::cosim
