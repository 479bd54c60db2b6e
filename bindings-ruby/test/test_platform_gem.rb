# frozen_string_literal: true

require_relative "test_helper"
require "fileutils"
require "open3"
require "tmpdir"

# The platform gem installs without Rust; the source gem names the missing tools.
class TestPlatformGem < Minitest::Test
  INSTALLED = Gem::Specification.find_by_name("tracehop")
  TOOLCHAIN = File.join(INSTALLED.full_gem_path, "ext/toolchain")
  require File.join(TOOLCHAIN, "toolchain")

  # A PATH with Ruby, gem, sh and make on it, and no cargo or C compiler.
  def poor_path(folder)
    %w[ruby gem sh make].each { |name| File.symlink(`which #{name}`.chomp, File.join(folder, name)) }
    { "PATH" => folder, "CARGO" => nil, "LIBCLANG_PATH" => nil, "RUBYLIB" => nil }
  end

  def run!(env, *command)
    text, status = Open3.capture2e(env, *command, chdir: "/")
    assert status.success?, text
    text
  end

  def test_it_installs_and_runs_without_rust
    Dir.mktmpdir do |work|
      file = run!({}, RbConfig.ruby, File.join(REPOSITORY, "bindings-ruby/platform.rb"), INSTALLED.base_dir, work)[/platform: (.+)/, 1]
      env = poor_path(Dir.mkdir("#{work}/bin") && "#{work}/bin").merge("GEM_HOME" => "#{work}/home", "GEM_PATH" => nil)
      run!(env, "gem", "install", "--local", "--no-document", file)
      script = 'require "tracehop"; print Tracehop::SentryTrace.parse("a" * 32), $LOADED_FEATURES.grep(/tracehop_ruby/)'
      assert_match(/\Aa{32}\["#{work}/, run!(env, "ruby", "-e", script))
      assert_operator File.size(file), :<, 2 << 20
    end
  end

  def test_the_source_gem_says_what_is_missing
    Dir.mktmpdir do |work|
      env = poor_path(Dir.mkdir("#{work}/bin") && "#{work}/bin")
      text, status = Open3.capture2e(env, RbConfig.ruby, File.join(TOOLCHAIN, "extconf.rb"), chdir: work)
      refute status.success?
      assert_match(/Rust 1\.\d+ or newer: no cargo is on PATH/, text)
      assert_match(/a C compiler: .*build-essential/, text)
      run!(env.merge("TRACEHOP_TOOLCHAIN" => "skip"), RbConfig.ruby, "-C", work, File.join(TOOLCHAIN, "extconf.rb"))
    end
  end

  # The whole output of `gem install` without Rust and compiler.
  def test_gem_install_of_the_source_gem_says_what_is_missing
    Dir.mktmpdir do |work|
      env = poor_path(Dir.mkdir("#{work}/bin") && "#{work}/bin").merge("GEM_HOME" => "#{work}/home", "GEM_PATH" => nil)
      text, status = Open3.capture2e(env, "gem", "install", INSTALLED.cache_file, chdir: "/")
      refute status.success?
      assert_match(/this machine lacks:\n  - Rust 1\.\d+ or newer: .*\n  - a C compiler: .*\nInstall what is missing and run/, text)
    end
  end

  def test_each_tool_is_checked
    assert_empty Toolchain.new.missing
    missing = Toolchain.new(env: { "PATH" => "" }, libraries: [], headers: "/none").missing.join("\n")
    [/Rust/, /C compiler/, /libclang-dev/, /ruby-dev/].each { |part| assert_match part, missing }
  end

  def test_an_old_rust_is_reported
    Dir.mktmpdir do |folder|
      File.write("#{folder}/cargo", "#!/bin/sh\necho cargo 1.40.0\n", perm: 0o755)
      assert_match(/Rust 1\.\d+ or newer: this is 1\.40\.0 \(`rustup update`\)/, Toolchain.new(env: { "PATH" => folder }).missing.first)
    end
  end

  def test_only_libclang_itself_counts
    { "libclang.so" => true, "libclang-14.so.13" => true, "llvm-17/lib/libclang.so.1" => true, "libclang-cpp.so.14" => false,
      "libclangAST.a" => false }.each do |name, counts|
      Dir.mktmpdir do |folder|
        path = File.join(folder, name)
        FileUtils.mkdir_p(File.dirname(path))
        FileUtils.touch(path)
        [{ libraries: [folder], env: {} }, { libraries: [], env: { "LIBCLANG_PATH" => folder } }].each do |where|
          assert_equal counts, Toolchain.new(**where).missing.grep(/libclang/).empty?, name
        end
      end
    end
  end
end
