// The C++ API: the same hop as hop.c.
#include <tracehop.hpp>

#include "check.h"

static const tracehop::Seed seed = {10, 247, 101, 25, 22, 205, 67, 221, 132, 72, 235, 33,
                                    28, 128, 49, 156, 183, 173, 107, 113, 105, 32, 51, 49};
static const std::string trace = "771a43a4192642f0b136d5159a501700";

int main() {
    tracehop::Options options;
    options.dsn = "https://key@o1.ingest.sentry.io/2";
    options.trace_propagation_targets = {TRACEHOP_TARGET_ORIGIN("https://*.example.com")};
    const tracehop::Propagator propagator(options);
    CHECK(propagator.check());

    const std::string incoming = trace + "-1234567890abcdef-1";
    const auto context = propagator.continue_trace(
        {{"Sentry-Trace", incoming}, {"baggage", "a=1,sentry-release=app%401,sentry-sample_rand=0.5"}}, seed);
    CHECK(context.status && context.trace_id() == trace && context.parent_span_id() == "1234567890abcdef");
    CHECK(context.sentry_trace() == trace + "-b7ad6b7169203331-1");
    CHECK(context.baggage("tier=gold") == "tier=gold,sentry-release=app%401,sentry-sample_rand=0.5");
    CHECK(context.sampled() == true && !context.sample_rate() && context.sample_rand() == 0.5);
    CHECK(context.dynamic_sampling_context().at(0) == std::make_pair(std::string("release"), std::string("app@1")));

    const auto outcome = propagator.inject(context, "https://api.example.com/", {{"baggage", "tier=gold"}});
    CHECK(outcome && outcome.headers.size() == 2 && outcome.headers[0].second == context.sentry_trace());
    CHECK(!propagator.inject(context, "https://other.test/"));
    CHECK(propagator.allows("https://api.example.com/") && !propagator.allows("https://other.test/"));

    const auto child = context.child({1, 2, 3});
    CHECK(child.trace_id() == trace && child.parent_span_id() == context.span_id());
    CHECK(propagator.start_trace(seed, "GET /", false).sampled() == false);

    tracehop::Options wrong;
    wrong.org_id = "o1";
    const auto status = tracehop::Propagator(wrong).check();
    CHECK(!status && status.name() == "org_id" && status.option() == "org_id" && !status.sentence().empty());
    CHECK(tracehop::Propagator(wrong).start_trace(seed).trace_id().empty());
    return failures != 0;
}
