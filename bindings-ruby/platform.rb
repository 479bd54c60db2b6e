# frozen_string_literal: true

# platform.rb GEM_HOME OUT: packs the gem that is installed in GEM_HOME, compiled, as a gem for this platform and this
# Ruby's ABI; leaves it in OUT. It installs without Rust, compiler or libclang.

require "fileutils"
require "rbconfig"
require "rubygems/package"
require "tmpdir"

abort "usage: platform.rb GEM_HOME OUT" unless ARGV.size == 2
home, out = ARGV.map { |path| File.expand_path(path) }
source = Dir[File.join(home, "specifications/tracehop-*.gemspec")].max or abort "no tracehop gem is installed in #{home}"
installed = Gem::Specification.load(source)
library = Dir[File.join(home, "{extensions/**,gems/tracehop-*/lib}/{tracehop,tracehop/tracehop_ruby}.#{RbConfig::CONFIG["DLEXT"]}")].first
abort "the gem in #{home} holds no compiled part" unless library

# The ABI of a compiled part is that of one minor version.
def abi
  now = Gem.ruby_version.segments.first(2)
  [">= #{now.join(".")}.dev", "< #{now.first}.#{now.last + 1}.dev"]
end

Dir.mktmpdir do |stage|
  folder = File.join(home, "gems", installed.full_name)
  %w[lib exe sig README.md LICENSE-MIT LICENSE-APACHE .yardopts].each { |path| FileUtils.cp_r(File.join(folder, path), stage) }
  FileUtils.rm_f(Dir[File.join(stage, "lib/*.#{RbConfig::CONFIG["DLEXT"]}")])
  target = File.join(stage, "lib/tracehop/tracehop_ruby.#{RbConfig::CONFIG["DLEXT"]}")
  FileUtils.cp(library, target)
  system("strip", "--strip-unneeded", target) || warn("platform: strip is not on PATH; the library keeps its symbols")

  spec = installed.dup
  spec.platform = Gem::Platform.local
  spec.extensions = []
  spec.required_ruby_version = abi
  FileUtils.mkdir_p(out)
  Dir.chdir(stage) do
    spec.files = Dir.glob("**/*", File::FNM_DOTMATCH).select { |path| File.file?(path) }
    puts "platform: #{Gem::Package.build(spec, false, false, File.join(out, "#{spec.full_name}.gem"))}"
  end
end
