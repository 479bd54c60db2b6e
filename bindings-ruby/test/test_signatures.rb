# frozen_string_literal: true

require_relative "test_helper"
require "fileutils"
require "open3"
require "tmpdir"

# The signatures are valid RBS, and RBS checks every call of the tests against them at run time.
class TestSignatures < Minitest::Test
  FOLDER = File.join(REPOSITORY, "bindings-ruby/sig")
  CHECKED = %w[test_carriers test_context test_middleware test_options test_outgoing test_current test_grpc].freeze
  # Not checked: deliberately wrong calls, and a warning that points to its caller, which is one frame further away here.
  APART = "/wrong|odd|other_types|warns_at_the_caller|newer_ruby/"

  def test_rbs_finds_no_fault
    text, status = Open3.capture2e(*RUBY, "-e", 'load Gem.bin_path("rbs", "rbs")', "--", "-I", FOLDER, "validate", "--silent")
    assert status.success?, text
  end

  def checked(folder, tests, *options)
    env = { "RBS_TEST_TARGET" => "Tracehop::*", "RBS_TEST_OPT" => "-I #{folder}", "RBS_TEST_LOGLEVEL" => "error" }
    script = "require 'rbs/test/setup'; require 'tracehop'; #{tests.inspect}.each { |test| require \"./\#{test}\" }"
    Open3.capture2e(env, *RUBY, "-W0", "-e", script, "--", "--exclude", APART, *options, chdir: __dir__)
  end

  def test_every_call_of_the_tests_has_the_declared_types
    text, status = checked(FOLDER, CHECKED)
    assert status.success?, text
  end

  PAGES = %w[ruby clients-ruby queues frameworks/rack frameworks/sinatra frameworks/grape].freeze

  def test_every_page_has_the_declared_types
    env = { "RBS_TEST_TARGET" => "Tracehop::*", "RBS_TEST_OPT" => "-I #{FOLDER}", "RBS_TEST_LOGLEVEL" => "error" }
    texts = PAGES.map { |page| File.read(File.join(REPOSITORY, "docs/#{page}.md")) }
    blocks = texts.flat_map { |text| text.scan(/^```ruby\n(.*?)^```/m).flatten }
    text, status = Open3.capture2e(env, *RUBY, "-W0", "-e", ["require 'rbs/test/setup'", *blocks].join("\n"))
    assert status.success?, text
    refute_match(/TypeError/, text)
  end

  def test_a_wrong_signature_is_noticed
    Dir.mktmpdir do |folder|
      right = File.read(File.join(FOLDER, "tracehop.rbs"))
      File.write(File.join(folder, "tracehop.rbs"), right.sub("def sample_rand: () -> Float", "def sample_rand: () -> String"))
      text, status = checked(folder, %w[test_context], "--name", "/getters/")
      refute status.success?
      assert_match(/TypeError: \[Tracehop::TraceContext#sample_rand\] ReturnTypeError/, text)
    end
  end
end
