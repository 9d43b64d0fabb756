// SPDX-License-Identifier: Apache-2.0
// Carries an observer's exception out of SystemC's processes, which would swallow it.
#pragma once

#include <exception>
#include <utility>

#include <synfire/cosim/observer.hpp>

namespace synfire::cosim {

class observer_relay final : public observer {
  public:
    void set_target(observer* target) {
        target_ = target;
        failure_ = nullptr;
    }
    bool has_target() const { return target_ != nullptr; }

    /// To be called outside of processes, after time has run.
    void rethrow() {
        if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
    }

    void word(const trace_word& seen) override {
        pass_on([&] { target_->word(seen); });
    }
    void potential(const trace_potential& seen) override {
        pass_on([&] { target_->potential(seen); });
    }
    void layer_end(const trace_layer_end& seen) override {
        pass_on([&] { target_->layer_end(seen); });
    }

  private:
    /// After a failure the target hears nothing until the failure has been passed on.
    template <class Call>
    void pass_on(Call call) {
        if (failure_ || !target_) return;
        try {
            call();
        } catch (...) { failure_ = std::current_exception(); }
    }

    observer* target_ = nullptr;
    std::exception_ptr failure_;
};

}  // namespace synfire::cosim
