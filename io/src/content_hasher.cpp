// SPDX-License-Identifier: Apache-2.0
#include "content_hasher.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include <synfire/core/error.hpp>

namespace synfire::io {

struct content_hasher::state {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                    EVP_MD_CTX_free};

    static void check(int outcome) {
        if (outcome != 1) { throw internal_error("libcrypto cannot compute SHA-256"); }
    }
};

content_hasher::content_hasher() : state_(std::make_unique<state>()) {
    state::check(state_->context ? EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr)
                                 : 0);
}

content_hasher::~content_hasher() = default;

void content_hasher::add(std::span<const std::byte> part) {
    state::check(EVP_DigestUpdate(state_->context.get(), part.data(), part.size()));
}

std::string content_hasher::text() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    state::check(EVP_DigestFinal_ex(state_->context.get(), digest.data(), &size));
    return fmt::format("{:02x}", fmt::join(digest.begin(), digest.begin() + size, ""));
}

}  // namespace synfire::io
