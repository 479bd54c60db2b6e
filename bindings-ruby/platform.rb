# frozen_string_literal: true

# platform.rb GEM_HOME OUT: packs the compiled gem that is installed in GEM_HOME as a gem for this platform and this Ruby.
# platform.rb SOURCE_GEM OUT PLATFORM MINOR=LIBRARY... FILE...: packs a source gem with the compiled parts of one or more Rubies, such
# as 3.3=tracehop_ruby.so, and with further files. The gem is written to OUT; it installs without Rust, compiler or libclang.

require "fileutils"
require "rbconfig"
require "rubygems/package"
require "tmpdir"

given, out, platform, *rest = ARGV
named, files = rest.partition { |word| word.include?("=") }
abort "usage: platform.rb GEM_HOME OUT | SOURCE_GEM OUT PLATFORM MINOR=LIBRARY... FILE..." unless out && (platform.nil? || named.any?)
EXTENSION = RbConfig::CONFIG["DLEXT"]
KEPT = %w[lib exe man sig README.md LICENSE-MIT LICENSE-APACHE .yardopts].freeze
# RubyGems cannot exclude a whole minor version such as 3.2, so each of its releases is excluded. No Ruby has had so many.
RELEASES = (0..19)

# The library that `gem install` has compiled.
def installed(home)
  library = Dir[File.join(home, "{extensions/**,gems/tracehop-*/lib}/{tracehop,tracehop/tracehop_ruby}.#{EXTENSION}")].first
  { RUBY_VERSION[/\d+\.\d+/] => library || abort("the gem in #{home} contains no compiled part") }
end

# The required Ruby versions: from the oldest to the newest with a compiled part, without gaps. Each part fits one minor version.
def served(minors)
  pairs = minors.map { |minor| minor.split(".").map { |number| Integer(number) } }.sort
  (major, oldest), (_, newest) = pairs.minmax
  gaps = (oldest..newest).reject { |minor| pairs.include?([major, minor]) }
  [">= #{major}.#{oldest}.dev", "< #{major}.#{newest + 1}.dev"] +
    gaps.flat_map { |minor| RELEASES.map { |release| "!= #{major}.#{minor}.#{release}" } }
end

source = File.directory?(given) ? Dir[File.join(given, "cache/tracehop-*.gem")].max : given
abort "no tracehop gem is in #{given}" unless source && File.file?(source)
libraries = platform ? named.to_h { |pair| pair.split("=", 2) } : installed(given)

Dir.mktmpdir do |stage|
  package = Gem::Package.new(File.expand_path(source))
  package.extract_files(stage)
  FileUtils.rm_rf(Dir.children(stage).reject { |name| KEPT.include?(name) }.map { |name| File.join(stage, name) })
  FileUtils.cp(files, stage)
  libraries.each do |minor, library|
    target = File.join(stage, "lib/tracehop", minor, "tracehop_ruby.#{EXTENSION}")
    FileUtils.mkdir_p(File.dirname(target))
    FileUtils.cp(library, target)
    # Libraries of other platforms were stripped when they were linked.
    next if platform || system("strip", "--strip-unneeded", target)

    warn("platform: strip is not on PATH; the library keeps its symbols")
  end

  spec = package.spec.dup
  spec.platform = platform ? Gem::Platform.new(platform) : Gem::Platform.local
  spec.extensions = []
  spec.required_ruby_version = served(libraries.keys)
  FileUtils.mkdir_p(out)
  file = File.join(File.expand_path(out), "#{spec.full_name}.gem")
  Dir.chdir(stage) do
    spec.files = Dir.glob("**/*", File::FNM_DOTMATCH).select { |path| File.file?(path) }.sort
    puts "platform: #{Gem::Package.build(spec, false, false, file)}"
  end
end
