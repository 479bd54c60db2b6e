# frozen_string_literal: true

require "minitest/autorun"
require "tracehop"

# The checkout these tests stand in; the gem under test is the installed one.
REPOSITORY = File.expand_path("../..", __dir__)
