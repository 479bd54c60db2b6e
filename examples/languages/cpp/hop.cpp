// The same program with the C++17 header.
#include <algorithm>
#include <iostream>
#include <random>
#include <sstream>
#include <tracehop.hpp>

using tracehop::Views;

static std::string or_dash(const std::string &text) { return text.empty() ? "-" : text; }

// The header of the request after the edit: the value that is set, else its own.
static std::string carried(const tracehop::Outcome &outcome, std::string_view name, const std::string &had = {}) {
    for (const auto &[set, value] : outcome.headers)
        if (set == name) return or_dash(value);
    return or_dash(had);
}

static std::string names(std::uint64_t findings) {
    std::string names;
    for (tracehop_finding n = 1; n <= 64; n++)
        if (findings & TRACEHOP_FINDING_BIT(n)) names += (names.empty() ? "" : ",") + std::string(tracehop_finding_name(n).data);
    return names;
}

static tracehop::Seed seed() {
    static std::random_device device;
    tracehop::Seed seed;
    std::generate(seed.begin(), seed.end(), [] { return static_cast<std::uint8_t>(device()); });
    return seed;
}

int main() {
    tracehop::Options options;
    options.dsn = "https://key@o1.ingest.sentry.io/2";
    options.release = "hop@1.0";
    options.trace_propagation_targets = {TRACEHOP_TARGET_ORIGIN("https://*.myapp.com"), TRACEHOP_TARGET_TEXT("/internal/")};
    const tracehop::Propagator propagator(options);
    if (const auto status = propagator.check(); !status) return std::cerr << status.sentence() << '\n', 1;

    for (std::string line; std::getline(std::cin, line);) {
        std::istringstream fields(line);
        std::string url, trace, baggage, own;
        for (auto *field : {&url, &trace, &baggage, &own}) std::getline(fields, *field, '\t');

        const Views incoming = {{"sentry-trace", trace}, {"baggage", baggage}};
        const auto adopted = propagator.adopt(incoming);
        const auto context = adopted ? *adopted : propagator.continue_trace(incoming, seed());
        const auto outcome = propagator.inject(context, url, {{"baggage", own}});

        const auto sampled = context.sampled();
        std::cout << tracehop_reason_name(outcome.reason).data << " | " << (!sampled ? "undecided" : *sampled ? "yes" : "no") << " | "
                  << carried(outcome, "sentry-trace") << " | " << carried(outcome, "baggage", own) << " | "
                  << names(context.findings() | outcome.findings) << '\n';
    }
}
