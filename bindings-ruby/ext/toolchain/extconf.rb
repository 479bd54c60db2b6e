# frozen_string_literal: true

# Builds nothing: names missing build tools before the Cargo builder fails with an obscure error. TRACEHOP_TOOLCHAIN=skip
# turns the check off, if it is wrong about a machine.

require_relative "toolchain"

missing = ENV["TRACEHOP_TOOLCHAIN"] == "skip" ? [] : Toolchain.new.missing
abort <<~TEXT unless missing.empty?
  tracehop is compiled when its source gem is installed, and this machine lacks:
  #{missing.map { |line| "  - #{line}" }.join("\n")}
  Install what is missing and run the same command again, or install the gem that is built for your platform.
TEXT

File.write("Makefile", "all install clean:\n\t@:\n.PHONY: all install clean\n")
