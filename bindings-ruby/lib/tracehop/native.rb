# frozen_string_literal: true

require "rbconfig"

# Loads the compiled part from either of its two places: newer RubyGems install it as
# lib/tracehop/tracehop_ruby.so, named after the cargo package, RubyGems before 3.4 as lib/tracehop.so.
begin
  require "tracehop/tracehop_ruby"
rescue LoadError => error
  raise unless error.path == "tracehop/tracehop_ruby"

  begin
    require "tracehop.#{RbConfig::CONFIG["DLEXT"]}"
  rescue LoadError
    raise LoadError, "tracehop's compiled part is missing for #{RUBY_PLATFORM}, Ruby #{RUBY_VERSION}: " \
                     "run `gem pristine tracehop`, with Rust, a C compiler and libclang at hand"
  end
end
