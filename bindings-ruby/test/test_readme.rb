# frozen_string_literal: true

require_relative "test_helper"
require "rack"

# The README's code runs and gives the values in its comments.
class TestReadme < Minitest::Test
  BLOCKS = File.read(File.join(REPOSITORY, "bindings-ruby/README.md")).scan(/^```ruby\n(.*?)^```/m).flatten.freeze

  def test_the_first_block_answers_as_written
    told = []
    eval(BLOCKS.first.gsub(/^(\S.*?)\s+# => (.+)$/) { "told << [(#{$1}).inspect, #{$2.inspect}]" }, binding, "README.md")
    assert_equal 3, told.size
    told.each { |value, written| assert_operator value, :start_with?, written.delete_suffix('"') }
  end

  def test_the_rack_app_answers
    script = "require 'rack'; app = Rack::Builder.new { #{BLOCKS.last} }; print Rack::MockRequest.new(app).get('/').body"
    assert_match(/\A\h{32}\z/, IO.popen([*RUBY, "-e", script], &:read))
  end
end
