# frozen_string_literal: true

require "rbconfig"

# Loads the compiled part from one of its three places. A platform gem has one for each Ruby that it serves; where the gem was
# compiled, newer RubyGems install it as lib/tracehop/tracehop_ruby.so, RubyGems before 3.4 as lib/tracehop.so.
minor = RUBY_VERSION[/\d+\.\d+/]
places = ["tracehop/#{minor}/tracehop_ruby", "tracehop/tracehop_ruby", "tracehop.#{RbConfig::CONFIG["DLEXT"]}"]
loaded = places.any? do |place|
  require place
  true
rescue LoadError => error
  # One that is there and does not load says itself why.
  raise unless error.path == place
end
unless loaded
  raise LoadError, "tracehop's compiled part is missing for #{RUBY_PLATFORM}, Ruby #{RUBY_VERSION}: " \
                   "run `gem install tracehop --platform ruby`, with Rust, a C compiler and libclang at hand"
end
