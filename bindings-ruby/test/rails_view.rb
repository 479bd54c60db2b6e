# frozen_string_literal: true

# Prints a page that Rails' own view renders, which escapes every text that is not html_safe.

require "uri"
require "action_view"
require "tracehop"

context = Tracehop::Propagator.new.continue_trace({ "sentry-trace" => "771a43a4192642f0b136d5159a501700-1234567890abcdef-1",
                                                    "baggage" => "sentry-release=a" })
view = ActionView::Base.with_empty_template_cache.with_view_paths([])
print Tracehop.use(context) { view.render(inline: <<~ERB) }
  <head><%= Tracehop.meta_tags("private") %></head><%= "<escaped>" %>
  <%= Tracehop.meta_tags("public") %><%= Tracehop.meta_tags("public").class %>
  <%= Tracehop.current.meta_tags %>
ERB
