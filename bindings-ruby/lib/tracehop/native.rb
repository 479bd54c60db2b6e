# frozen_string_literal: true

require "rbconfig"

# Loads the compiled part from one of three paths. A platform gem contains one file for each supported Ruby. A gem compiled at
# installation has lib/tracehop/tracehop_ruby.so, with RubyGems before 3.4 lib/tracehop.so.
minor = RUBY_VERSION[/\d+\.\d+/]
places = ["tracehop/#{minor}/tracehop_ruby", "tracehop/tracehop_ruby", "tracehop.#{RbConfig::CONFIG["DLEXT"]}"]
loaded = places.any? do |place|
  require place
  true
rescue LoadError => error
  # A file that exists but does not load raises its own error.
  raise unless error.path == place
end
unless loaded
  raise LoadError, "tracehop's compiled part is missing for #{RUBY_PLATFORM}, Ruby #{RUBY_VERSION}: " \
                   "run `gem install tracehop --platform ruby`, with Rust, a C compiler and libclang at hand"
end
