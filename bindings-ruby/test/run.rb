# frozen_string_literal: true

# Runs every test of this folder against the installed gem.
Dir[File.join(__dir__, "test_*.rb")].sort.each { |file| require file unless file.end_with?("test_helper.rb") }
