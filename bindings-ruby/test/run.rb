# frozen_string_literal: true

# Runs the tests of this folder against the installed gem: all of them, or the named files. Other arguments go to
# minitest: run.rb test_grpc.rb --name /sampler/
named, options = ARGV.partition { |argument| argument.end_with?(".rb") }
ARGV.replace(options)
named = Dir.children(__dir__).grep(/\Atest_.*\.rb\z/) - ["test_helper.rb"] if named.empty?
named.sort.each { |file| require File.join(__dir__, file) }
