# frozen_string_literal: true

require_relative "test_helper"

# The contents of the gem.
class TestPackage < Minitest::Test
  FOLDER = File.join(REPOSITORY, "bindings-ruby")

  def test_versions_are_equal
    workspace = File.read(File.join(REPOSITORY, "Cargo.toml"))[/^version = "(.+)"/, 1]
    assert_equal [workspace] * 2, [Tracehop::VERSION, Tracehop::Native::VERSION]
  end

  def test_no_ruby_is_too_new
    required = Gem.loaded_specs.fetch("tracehop").required_ruby_version
    assert required.satisfied_by?(Gem::Version.new("99"))
    refute required.satisfied_by?(Gem::Version.new("3.0.9"))
  end

  def test_the_gem_has_the_man_pages
    assert_equal 3, Dir[File.join(Gem.loaded_specs.fetch("tracehop").full_gem_path, "man/tracehop*.1")].size
  end

  def test_header_names_are_the_cores
    assert_equal 4, Tracehop::HEADER_NAMES.size
    assert Tracehop::HEADER_NAMES.frozen? && Tracehop::HEADER_NAMES.all?(&:frozen?)
  end

  # The thin rule: code outside the core names no header and no member.
  def test_the_binding_names_no_header_and_no_member
    Dir["#{FOLDER}/{lib,ext/tracehop/src}/**/*.{rb,rs}"].each do |file|
      code = File.readlines(file).grep_v(%r{^\s*(#|//)}).join
      Tracehop::HEADER_NAMES.first(1).each { |name| refute_match(/["']#{name}/i, code, file) }
      refute_match(/["'](sentry-|HTTP_|%\h\h)/, code, file)
    end
  end

  def test_files_stay_small
    Dir["#{FOLDER}/{lib,test,ext/tracehop/src}/**/*.{rb,rs}"].each do |file|
      assert_operator File.foreach(file).count, :<=, 300, file
    end
  end

  def test_an_installed_gem_leaves_no_working_folder_behind
    folder = Gem.loaded_specs["tracehop"]&.extension_dir || FOLDER
    assert_operator Dir.glob(File.join(folder, "**/*"), File::FNM_DOTMATCH).sum { |path| File.size(path) }, :<, 50 << 20
  end

  def test_the_installed_gem_is_what_is_tested
    home = ENV.fetch("GEM_HOME", FOLDER)
    assert $LOADED_FEATURES.grep(/tracehop\.rb\z/).first.start_with?(File.realpath(home))
  end
end
