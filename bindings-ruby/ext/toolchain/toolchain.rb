# frozen_string_literal: true

require "rbconfig"

# Finds which build tools of the gem this machine lacks.
class Toolchain
  MANIFEST = File.expand_path("../../Cargo.toml", __dir__)
  LIBRARIES = ["/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/opt/llvm/lib", "/opt/homebrew/opt/llvm/lib",
               "/Library/Developer/CommandLineTools/usr/lib", "/Applications/Xcode.app/Contents/Developer/Toolchains"].freeze

  def initialize(env: ENV, libraries: LIBRARIES, headers: RbConfig::CONFIG["rubyhdrdir"])
    @env = env
    @libraries = libraries
    @headers = headers
  end

  # One sentence for each missing tool.
  def missing
    [rust, compiler, clang, ruby].compact
  end

  private

  def rust
    cargo = program(@env["CARGO"] || "cargo")
    found = cargo && version(cargo)
    return "Rust #{wanted} or newer: no cargo is on PATH (get it from https://rustup.rs)" unless found

    "Rust #{wanted} or newer: this is #{found} (`rustup update`)" if Gem::Version.new(found) < Gem::Version.new(wanted)
  end

  # The version that Cargo.toml requires.
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
    "a C compiler: `#{command}` is not on PATH (Debian: apt install build-essential)" unless command && program(command)
  end

  # Checked only on Linux and macOS; on other systems bindgen itself may find it.
  def clang
    return unless RUBY_PLATFORM.match?(/linux|darwin/)
    return if [@env["LIBCLANG_PATH"], llvm, *@libraries].compact.any? { |folder| libclang?(folder) }

    "libclang, to read Ruby's headers (Debian: apt install libclang-dev; elsewhere set LIBCLANG_PATH)"
  end

  # The folder of LLVM's libraries.
  def llvm
    config = program("llvm-config")
    IO.popen([config, "--libdir"], &:read).chomp if config
  end

  # True if the path is or contains libclang; libclang-cpp is another library.
  def libclang?(place)
    found = File.file?(place) ? [place] : Dir.glob("#{place}/{,*/,*/*/,*/*/*/}libclang{,-*}.{so,dylib}*")
    found.any? { |path| File.exist?(path) && !File.basename(path).include?("-cpp") }
  end

  def ruby
    "Ruby's headers (Debian: apt install ruby-dev)" unless @headers && File.exist?(File.join(@headers, "ruby.h"))
  end

  # The path of a command; nil if it is not found.
  def program(command)
    return (command if File.executable?(command)) if command.include?("/")

    @env["PATH"].to_s.split(File::PATH_SEPARATOR).map { |folder| File.join(folder, command) }.find { |path| File.executable?(path) }
  end
end
