# frozen_string_literal: true

require "optparse"
require_relative "doctor"

module Tracehop
  # The `tracehop` executable.
  class Command
    # The usage text.
    USAGE = <<~TEXT
      usage: tracehop explain [options] ['NAME: VALUE'...]
             tracehop doctor [options] URL
      explain explains each member, lists anomalies, and says whether this service would continue, sample and propagate.
      Without headers, header lines or a curl line are read from standard input.
      doctor sends requests with and without a trace, and says whether the trace arrives, what is lost on the way, and
      what to change. No proxy of the environment is used.
      Exit code 0: the trace continues, or arrives. 1: it is broken. 2: doctor cannot tell, or wrong usage.
    TEXT

    # Options of {Propagator.new} that take a text.
    TEXTS = %i[dsn public_key org_id release environment].freeze
    # Exceptions that mean wrong usage, or that no response was received.
    REFUSED = [OptionParser::ParseError, ArgumentError, TypeError, SystemCallError, IOError, SocketError, URI::Error].freeze
    private_constant :TEXTS, :REFUSED

    # @param arguments [Array<String>]
    def initialize(arguments, input: $stdin, output: $stdout, errors: $stderr)
      # As bytes if it is not valid text, on which OptionParser raises: a header has any bytes.
      @arguments = arguments.map { |argument| argument.valid_encoding? ? argument : argument.b }
      @input = input
      @output = output
      @errors = errors
      @service = {}
      @ask = { headers: [], http2: true, bind: "127.0.0.1" }
      @name = "tracehop"
    end

    # @return [Integer] the exit code
    def run
      rest = parser.parse(@arguments)
      return tell(@ask[:text], 0) if @ask[:text]

      command = rest.shift
      @name = "tracehop #{command}"
      case command
      when "explain" then explain(rest)
      when "doctor" then doctor(rest)
      else tell(parser.help, 2, @errors)
      end
    rescue *REFUSED => error
      tell("#{@name}: #{error.message}", 2, @errors)
    end

    private

    def explain(headers)
      kind, texts = input(@ask[:headers] + headers)
      tell_one_of(*Propagator.new(**@service).send(:native_explain, kind, texts, @ask[:url], @ask[:page_url]))
    end

    # The input of `explain`: its kind and its texts.
    def input(headers)
      return ["har", [File.binread(@ask[:har])]] if @ask[:har]
      return ["curl", [@ask[:curl]]] if @ask[:curl]
      return ["lines", headers] if headers.any?

      @errors.puts("header lines or a curl line, then Ctrl-D:") if @input.tty?
      ["text", [@input.read.to_s]]
    end

    def doctor(urls)
      raise ArgumentError, "doctor takes one URL, not #{urls.size}" if urls.size > 1
      return Doctor.serve(@ask[:bind], @ask[:echo], @output) if @ask[:echo]

      has_targets = @service.key?(:trace_propagation_targets)
      options = { origin: @ask[:origin], credentials: @ask[:credentials], has_targets:, http2: @ask[:http2] }
      tell_one_of(*Doctor.examine(Propagator.new(**@service), urls.first.to_s, **options))
    end

    def tell_one_of(text, json, code)
      tell(@ask[:json] ? json : text, code)
    end

    # A reader that closes the pipe early is not an error.
    def tell(text, code, output = @output)
      output.puts(text) unless text.empty?
      output.flush
      code
    rescue Errno::EPIPE
      code
    end

    def parser
      OptionParser.new(USAGE) do |options|
        explain_options(options)
        doctor_options(options)
        service_options(options)
        options.separator("\nboth:")
        options.on("--json", "print data instead of a table") { @ask[:json] = true }
        options.on("--version", "the version") { @ask[:text] = "tracehop #{VERSION}" }
        options.on("-h", "--help", "this text") { @ask[:text] = options.help }
      end
    end

    def explain_options(options)
      options.separator("\nexplain:")
      options.on("-H", "--header HEADER", "a header that came; may be repeated") { |line| @ask[:headers] << line }
      options.on("--curl LINE", "a curl line, as a browser's developer tools copy it") { |line| @ask[:curl] = line }
      options.on("--har FILE", "a HAR file; each of its requests is explained") { |path| @ask[:har] = path }
      options.on("--url URL", "a URL to send to: is it a target?") { |url| @ask[:url] = url }
      options.on("--page-url URL", "with --url: the page that makes the request") { |url| @ask[:page_url] = url }
    end

    def doctor_options(options)
      options.separator("\ndoctor:")
      options.on("--origin ORIGIN", "the origin of a page that sends requests here: examines CORS as its browser does") { |text| @ask[:origin] = text }
      options.on("--credentials", "with --origin: the page sends cookies") { @ask[:credentials] = true }
      options.on("--no-http2", "examine HTTP/1.1 only; HTTP/2 needs: gem install http-2") { @ask[:http2] = false }
      options.on("--echo PORT", Integer, "serve what arrives, instead of the application") { |port| @ask[:echo] = port(port) }
      options.on("--bind ADDRESS", "with --echo: where to listen (127.0.0.1)") { |address| @ask[:bind] = address }
    end

    # Ruby takes a larger number modulo 65,536.
    def port(number)
      raise ArgumentError, "--echo takes a port from 0 to 65535, not #{number}" unless number.between?(0, 65_535)

      number
    end

    def service_options(options)
      options.separator("\nthis service, by the options of Propagator.new:")
      TEXTS.each { |name| options.on("--#{name.to_s.tr("_", "-")} TEXT") { |text| @service[name] = text } }
      options.on("--traces-sample-rate RATE", Float) { |rate| @service[:traces_sample_rate] = rate }
      options.on("--target TEXT", "a text of trace_propagation_targets; may be repeated") { |text| target(text) }
      options.on("--target-origin ORIGIN", "an origin of them; may be repeated") { |text| target(Origin.new(text)) }
      options.on("--strict-trace-continuation") { @service[:strict_trace_continuation] = true }
      options.on("--propagate-traceparent") { @service[:propagate_traceparent] = true }
    end

    def target(target)
      (@service[:trace_propagation_targets] ||= []) << target
    end
  end
end
