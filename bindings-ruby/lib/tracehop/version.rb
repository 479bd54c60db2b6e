# frozen_string_literal: true

module Tracehop
  # The version of the gem; a test compares it with the version of the compiled part.
  VERSION = "0.2.0"
end
