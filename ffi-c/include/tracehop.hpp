// tracehop for C++17: takes string_view, returns std::string; only the allocator throws. tracehop.h is the manual.
//     tracehop::Options options;
//     options.dsn = "https://key@o1.ingest.sentry.io/2";
//     const tracehop::Propagator propagator(options);
//     auto context = propagator.continue_trace({{"sentry-trace", "..."}}, seed);
//     for (auto &[name, value] : propagator.inject(context, url, outgoing).headers) request.set(name, value);
#ifndef TRACEHOP_HPP
#define TRACEHOP_HPP

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tracehop.h"

namespace tracehop {

using Seed = std::array<std::uint8_t, TRACEHOP_SEED_BYTES>;
using SpanSeed = std::array<std::uint8_t, TRACEHOP_SPAN_SEED_BYTES>;
using Views = std::vector<std::pair<std::string_view, std::string_view>>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

namespace detail {
inline tracehop_str str(std::string_view text) { return {text.empty() ? nullptr : text.data(), text.size()}; }
inline std::string_view view(tracehop_str text) { return text.data ? std::string_view(text.data, text.len) : std::string_view(); }

inline std::vector<tracehop_header> headers(const Views &views) {
    std::vector<tracehop_header> headers;
    headers.reserve(views.size());
    for (const auto &[name, value] : views) headers.push_back({str(name), str(value)});
    return headers;
}

/// Measures a text, then writes it.
template <typename Write> std::string written(Write write) {
    std::string text(write(nullptr, std::size_t{0}), '\0');
    write(text.data(), text.size() + 1);
    return text;
}

inline std::optional<bool> decision(tracehop_decision decision) {
    return decision == TRACEHOP_UNDECIDED ? std::nullopt : std::optional<bool>(decision == TRACEHOP_YES);
}
inline tracehop_decision decision(std::optional<bool> sampled) { return sampled ? *sampled : TRACEHOP_UNDECIDED; }
inline std::optional<double> rate(double rate) { return rate < 0 ? std::nullopt : std::optional<double>(rate); }
} // namespace detail

/// The status of a call; true on success.
struct Status {
    tracehop_status code;
    Status(tracehop_status status = TRACEHOP_OK) : code(status) {}
    explicit operator bool() const { return code == TRACEHOP_OK; }
    std::string_view name() const { return detail::view(tracehop_status_name(code)); }
    std::string_view sentence() const { return detail::view(tracehop_status_sentence(code)); }
    std::string_view option() const { return detail::view(tracehop_status_option(code)); }
};

/// The headers to set on a request; one with an empty value must be removed.
struct Outcome {
    tracehop_reason reason = TRACEHOP_NOT_A_TARGET;
    std::uint64_t findings = 0;
    Pairs headers;
    Status status;
    explicit operator bool() const { return status && reason == TRACEHOP_WRITTEN; }

    /// Runs a function of the C library whose last parameters are buf, cap, outcome.
    template <typename Edit> static Outcome of(Edit edit) {
        std::array<char, TRACEHOP_OUTCOME_BYTES> buf;
        tracehop_outcome outcome;
        Outcome answer;
        answer.status = edit(buf.data(), buf.size(), &outcome);
        if (!answer.status) return answer;
        answer.reason = outcome.reason;
        answer.findings = outcome.findings;
        for (std::size_t i = 0; i < outcome.n_headers; i++)
            answer.headers.emplace_back(detail::view(outcome.headers[i].name), detail::view(outcome.headers[i].value));
        return answer;
    }
};

/// One position in one trace; may be copied and shared between threads.
class Context {
public:
    std::string trace_id() const { return text(tracehop_context_trace_id); }
    std::string span_id() const { return text(tracehop_context_span_id); }
    std::string parent_span_id() const { return text(tracehop_context_parent_span_id); }
    std::string link() const { return text(tracehop_context_link); }
    std::string sentry_trace() const { return text(tracehop_context_sentry_trace); }
    std::string traceparent() const { return text(tracehop_context_traceparent); }
    std::string meta_tags() const { return text(tracehop_context_meta_tags); }
    std::string baggage(std::string_view existing = {}) const { return text(tracehop_context_baggage, detail::str(existing)); }
    std::string server_timing(std::string_view existing = {}) const { return text(tracehop_context_server_timing, detail::str(existing)); }
    std::optional<bool> sampled() const { return detail::decision(tracehop_context_sampled(&raw)); }
    std::optional<bool> parent_sampled() const { return detail::decision(tracehop_context_parent_sampled(&raw)); }
    std::optional<double> sample_rate() const { return detail::rate(tracehop_context_sample_rate(&raw)); }
    std::optional<double> sample_rand() const { return detail::rate(tracehop_context_sample_rand(&raw)); }
    std::uint64_t findings() const { return tracehop_context_findings(&raw); }

    Pairs dynamic_sampling_context() const {
        tracehop_members list = {};
        tracehop_context_dsc(&raw, nullptr, 0, &list);
        std::string buf(list.needed, '\0');
        tracehop_context_dsc(&raw, buf.data(), buf.size(), &list);
        Pairs members;
        for (std::size_t i = 0; i < list.n_members; i++)
            members.emplace_back(detail::view(list.members[i].name), detail::view(list.members[i].value));
        return members;
    }
    Context child(const SpanSeed &seed) const {
        Context child;
        child.status = tracehop_context_child(&raw, seed.data(), &child.raw);
        return child;
    }
    Outcome headers(const Views &outgoing = {}) const {
        const auto list = detail::headers(outgoing);
        return Outcome::of([&](char *buf, std::size_t cap, tracehop_outcome *outcome) {
            return tracehop_context_headers(&raw, list.data(), list.size(), buf, cap, outcome);
        });
    }
    tracehop_context raw = {};
    Status status; // of the call that made it; if that failed, the context is unfilled
private:
    template <typename Write, typename... Inputs> std::string text(Write write, Inputs... inputs) const {
        return detail::written([&](char *buf, std::size_t cap) { return write(&raw, inputs..., buf, cap); });
    }
};

/// The options of a service, with the names of the Sentry SDKs' options; an empty text is unset.
struct Options {
    std::string dsn, public_key, org_id, release, environment;
    std::optional<double> traces_sample_rate;
    tracehop_sampler traces_sampler = nullptr; // called with traces_sampler_data
    void *traces_sampler_data = nullptr;
    std::optional<std::vector<tracehop_target>> trace_propagation_targets;
    bool strict_trace_continuation = false, propagate_traceparent = false;
    std::uint64_t max_baggage_bytes = TRACEHOP_BAGGAGE_WRITE_BYTES;
};

/// A service. Call `check` once; if it refuses the options, every context is unfilled.
class Propagator {
public:
    explicit Propagator(Options options = {}) : options_(std::move(options)) {}

    Status check() const {
        const auto p = raw();
        return tracehop_propagator_check(&p);
    }
    Context start_trace(const Seed &seed, std::string_view transaction = {}, std::optional<bool> sampled = {},
                        const Views &link = {}) const {
        const auto p = raw();
        const auto list = detail::headers(link);
        Context c;
        c.status = tracehop_start_trace_as(&p, seed.data(), detail::str(transaction), detail::decision(sampled), list.data(),
                                            list.size(), &c.raw);
        return c;
    }
    Context continue_trace(const Views &headers, const Seed &seed, std::string_view transaction = {},
                           std::optional<bool> sampled = {}) const {
        const auto p = raw();
        const auto list = detail::headers(headers);
        Context c;
        c.status = tracehop_continue_trace_as(&p, list.data(), list.size(), seed.data(), detail::str(transaction),
                                               detail::decision(sampled), &c.raw);
        return c;
    }
    /// Adopts the position that the headers name, for a program that records no span; nullopt if they name none.
    std::optional<Context> adopt(const Views &headers) const {
        const auto p = raw();
        const auto list = detail::headers(headers);
        Context c;
        c.status = tracehop_adopt(&p, list.data(), list.size(), &c.raw);
        return c.status ? std::optional(c) : std::nullopt;
    }
    bool allows(std::string_view url, std::string_view page_url = {}) const {
        const auto p = raw();
        return tracehop_allows(&p, detail::str(url), detail::str(page_url));
    }
    Outcome inject(const Context &context, std::string_view url, const Views &outgoing = {}, std::string_view page_url = {}) const {
        const auto p = raw();
        const auto list = detail::headers(outgoing);
        return Outcome::of([&](char *buf, std::size_t cap, tracehop_outcome *outcome) {
            return tracehop_inject(&p, &context.raw, detail::str(url), detail::str(page_url), list.data(), list.size(), buf, cap, outcome);
        });
    }
    /// The C struct, for functions that this class does not wrap; it points into this propagator.
    tracehop_propagator raw() const {
        tracehop_propagator p = TRACEHOP_PROPAGATOR_INIT;
        p.dsn = detail::str(options_.dsn);
        p.public_key = detail::str(options_.public_key);
        p.org_id = detail::str(options_.org_id);
        p.release = detail::str(options_.release);
        p.environment = detail::str(options_.environment);
        p.traces_sample_rate = options_.traces_sample_rate.value_or(TRACEHOP_UNSET);
        p.traces_sampler = options_.traces_sampler;
        p.traces_sampler_data = options_.traces_sampler_data;
        if (const auto &targets = options_.trace_propagation_targets) {
            p.trace_propagation_targets = targets->data();
            p.n_targets = targets->size();
        }
        p.strict_trace_continuation = options_.strict_trace_continuation;
        p.propagate_traceparent = options_.propagate_traceparent;
        p.max_baggage_bytes = options_.max_baggage_bytes;
        return p;
    }
private:
    Options options_;
};
} // namespace tracehop

#endif
