# frozen_string_literal: true

require "rbconfig"

# What compiling the gem needs, and what of it is not on this machine.
class Toolchain
  MANIFEST = File.expand_path("../../Cargo.toml", __dir__)
  LIBRARIES = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/opt/llvm/lib", "/opt/homebrew/opt/llvm/lib",
               "/Library/Developer/CommandLineTools/usr/lib", "/Applications/Xcode.app/Contents/Developer/Toolchains"].freeze

  def initialize(env: ENV, libraries: LIBRARIES, headers: RbConfig::CONFIG["rubyhdrdir"])
    @env = env
    @libraries = libraries
    @headers = headers
  end

  # One sentence for each thing that is missing.
  def missing
    [rust, compiler, clang, ruby].compact
  end

  private

  def rust
    cargo = @env["CARGO"] || "cargo"
    found = version(cargo) if on_path?(cargo)
    return "Rust #{wanted} or newer: no cargo is on PATH (get it from https://rustup.rs)" unless found

    "Rust #{wanted} or newer: this is #{found} (`rustup update`)" if Gem::Version.new(found) < Gem::Version.new(wanted)
  end

  # The version that Cargo.toml asks for.
  def wanted
    File.read(MANIFEST)[/^rust-version = "([\d.]+)"/, 1]
  end

  def version(cargo)
    IO.popen(@env.to_h.slice("PATH", "HOME"), [cargo, "--version"], err: File::NULL, &:read)[/\d+\.\d+\.\d+/]
  rescue SystemCallError
    nil
  end

  def compiler
    command = RbConfig::CONFIG["CC"].to_s.split.first
    "a C compiler: `#{command}` is not on PATH (Debian: apt install build-essential)" unless command && on_path?(command)
  end

  # Only where we know our way about: elsewhere bindgen itself may find it.
  def clang
    return if @env["LIBCLANG_PATH"] || on_path?("llvm-config") || !RUBY_PLATFORM.match?(/linux|darwin/)
    return if @libraries.any? { |folder| Dir.glob("#{folder}/{,*/,*/*/,*/*/*/}libclang*.{so,dylib}*").any? }

    "libclang, to read Ruby's headers (Debian: apt install libclang-dev; elsewhere set LIBCLANG_PATH)"
  end

  def ruby
    "Ruby's headers (Debian: apt install ruby-dev)" unless @headers && File.exist?(File.join(@headers, "ruby.h"))
  end

  def on_path?(command)
    return File.executable?(command) if command.include?("/")

    @env["PATH"].to_s.split(File::PATH_SEPARATOR).any? { |folder| File.executable?(File.join(folder, command)) }
  end
end
