# frozen_string_literal: true

require_relative "test_helper"
require "open3"

# Every block of docs/recipes-ruby.md runs in a process of its own, and says what its comments say.
class TestRecipes < Minitest::Test
  PAGE = File.read(File.join(REPOSITORY, "docs/recipes-ruby.md"))
  BLOCKS = PAGE.split(/^## /).drop(1).flat_map do |section|
    section.scan(/^```ruby\n(.*?)^```/m).flatten.map { |code| [section.lines.first.chomp, code] }
  end.freeze
  ANSWER = /^(?!#)(\S.*?)\s+# => (.+)$/

  def test_each_section_with_code_is_run
    assert_equal PAGE.scan("```ruby").size, BLOCKS.size
    assert_equal PAGE.scan("# => ").size, BLOCKS.sum { |_, code| code.scan(ANSWER).size }
  end

  BLOCKS.each do |title, code|
    define_method("test_#{title}") do
      script = code.gsub(ANSWER) { "raise(%q(#{$1})) unless (#{$1}).inspect == #{$2.inspect}" }
      text, status = Open3.capture2e(*RUBY, "-e", script)
      assert status.success?, text
    end
  end
end
