// SPDX-License-Identifier: Apache-2.0
// Exception types of every library. Not for control flow: hot loops validate first and never throw.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace synfire {

/// What a user needs to mend bad input. Empty fields are left out of the message.
struct error_facts {
    std::string where;     ///< file, node, layer or option
    std::string what;      ///< the rule that was broken
    std::string found;     ///< the value that was there
    std::string expected;  ///< the values that would do
    std::string hint;      ///< what to try
};

/// One line per filled field, `where: what` first.
std::string to_message(const error_facts& facts);

/// Root of everything the user can mend (exit status 3 unless a derived type says otherwise).
class error : public std::runtime_error {
  public:
    explicit error(error_facts facts);
    const error_facts& facts() const noexcept { return facts_; }

  private:
    error_facts facts_;
};

/// A file, data set, network or option value that cannot be used.
class bad_input : public error {
  public:
    using error::error;
};

/// Wrong use of the command line (exit status 2).
class usage_error : public error {
  public:
    using error::error;
};

/// Why one node of a model cannot be converted.
struct refusal {
    std::string node;    ///< name of the node; its first output where it has no name
    std::string op;      ///< operator type, with its domain where that is not ai.onnx
    std::string reason;  ///< what is not supported
    std::string hint;    ///< how to rewrite the model
};

/// All nodes of a model that cannot be converted, in one report.
class unsupported_model : public error {
  public:
    unsupported_model(std::string where, std::vector<refusal> refusals);
    const std::vector<refusal>& refusals() const noexcept { return refusals_; }

  private:
    std::vector<refusal> refusals_;
};

/// A broken promise inside Synfire (exit status 4).
class internal_error : public std::logic_error {
  public:
    using std::logic_error::logic_error;
};

}  // namespace synfire
