# frozen_string_literal: true

require_relative "lib/tracehop/version"

# Built by tools/build.sh from a staged tree with core/ beside this file; RubyGems' Cargo builder compiles it.
Gem::Specification.new do |spec|
  spec.name = "tracehop"
  spec.version = Tracehop::VERSION
  spec.summary = "Carries a Sentry distributed trace across every hop."
  spec.description = "Reads sentry-trace, baggage, traceparent and meta tags, continues the trace and writes them again: " \
                     "one Rust core that gives the same answer in Rust, C, Python and Ruby. With Rack middleware."
  spec.authors = ["The tracehop authors"]
  spec.licenses = ["MIT", "Apache-2.0"]
  spec.required_ruby_version = ">= 3.1"
  spec.required_rubygems_version = ">= 3.3.11"
  spec.homepage = "https://github.com/tracehop/tracehop"
  spec.metadata = {
    "cargo_crate_name" => "tracehop_ruby", "rubygems_mfa_required" => "true", "source_code_uri" => spec.homepage,
    "changelog_uri" => "#{spec.homepage}/blob/main/CHANGELOG.md", "bug_tracker_uri" => "#{spec.homepage}/issues"
  }
  # The first checks whether the second can be built; the third removes the second's build files.
  spec.extensions = ["ext/toolchain/extconf.rb", "ext/tracehop/Cargo.toml", "ext/tidy/extconf.rb"]
  spec.require_paths = ["lib"]
  spec.bindir = "exe"
  spec.executables = ["tracehop"]
  spec.files = Dir.chdir(__dir__) do
    Dir["lib/**/*.rb", "exe/*", "man/*.1", "sig/*.rbs", "{core,host}/{Cargo.toml,src/**/*.rs}", "ext/{toolchain,tidy}/*.rb",
        "ext/tracehop/{Cargo.toml,build.rs,ractor.c,src/**/*.rs}",
        "Cargo.{toml,lock}", "README.md", "LICENSE-{MIT,APACHE}", ".yardopts", ".cargo/config.toml"] +
      Dir.glob("vendor/**/*", File::FNM_DOTMATCH).select { |path| File.file?(path) }
  end
end
