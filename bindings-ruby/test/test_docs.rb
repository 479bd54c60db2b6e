# frozen_string_literal: true

require_relative "test_helper"
require_relative "stub"
require "open3"
require "tmpdir"

# YARD reads the sources without a warning, finds nothing undocumented, and knows every public method, including those of
# the compiled part.
class TestDocs < Minitest::Test
  FOLDER = Gem::Specification.find_by_name("tracehop").full_gem_path

  def yard(*arguments)
    Dir.mktmpdir { |database| Open3.capture2e("yard", *arguments, "-b", database, chdir: FOLDER).first }
  end

  def test_everything_is_documented
    text = yard("stats", "--list-undoc")
    assert_match(/100\.00% documented/, text)
    refute_match(/\[(warn|error)\]/, text)
  end

  def test_every_public_method_is_known
    script = 'require "yard"; YARD.parse("lib/**/*.rb"); puts YARD::Registry.all(:method).map(&:path)'
    known, = Open3.capture2(RbConfig.ruby, "-e", script, chdir: FOLDER)
    Stub.new(File.join(FOLDER, "sig/tracehop.rbs")).methods.each do |method|
      paths = [".", "#"].map { |separator| "#{method.owner}#{separator}#{method.name}" }
      paths << paths.last.sub(/#.*/, "#initialize") if method.name == :new
      assert (paths & known.split).any? || inherited?(method, known), paths.first
    end
  end

  # Methods of the values that are documented in their shared module.
  def inherited?(method, known)
    known.include?("Tracehop::TextValue##{method.name}\n")
  end
end
