# frozen_string_literal: true

require "optparse"
require_relative "input"
require_relative "report"

module Tracehop
  # The `tracehop` executable.
  class Command
    # How it is used.
    USAGE = <<~TEXT
      usage: tracehop explain [options] [HEADER...]
      Says what the headers of a message mean and whether this service would go on with their trace.
      HEADER is "Name: value"; without any, header lines or a curl line are read from standard input.
      Exit code 0: the trace goes on. 1: it is broken. 2: wrong usage.
    TEXT

    # Options of {Propagator.new} that take a text.
    TEXTS = %i[dsn public_key org_id release environment].freeze
    private_constant :TEXTS

    # @param arguments [Array<String>]
    def initialize(arguments, input: $stdin, output: $stdout, errors: $stderr)
      @arguments = arguments.dup
      @input = input
      @output = output
      @errors = errors
      @service = {}
      @ask = { headers: [] }
    end

    # @return [Integer] the exit code
    def run
      rest = parser.parse(@arguments)
      return tell(@ask[:text], 0) if @ask[:text]
      return tell(parser.help, 2, @errors) unless rest.shift == "explain"

      @ask[:headers].concat(rest)
      explain(Propagator.new(**@service))
    rescue OptionParser::ParseError, ArgumentError, TypeError, SystemCallError => error
      tell("tracehop: #{error.message}", 2, @errors)
    end

    private

    def explain(propagator)
      reports = requests.map do |request|
        Report.new(propagator, request.headers, url: @ask[:url], page_url: @ask[:page_url], request: request.url)
      end
      tell(@ask[:json] ? json(reports) : reports.join("\n\n"), reports.all?(&:continues?) ? 0 : 1)
    end

    def json(reports)
      JSON.pretty_generate(@ask[:har] ? reports.map(&:to_h) : reports.first.to_h)
    end

    def requests
      return Input.of_har(@ask[:har]) if @ask[:har]
      return [Input.of_curl(@ask[:curl])] if @ask[:curl]
      return [Input.of_lines(@ask[:headers])] if @ask[:headers].any?

      @errors.puts("header lines or a curl line, then Ctrl-D:") if @input.tty?
      [Input.of_text(@input.read.to_s)]
    end

    def tell(text, code, output = @output)
      output.puts(text)
      code
    end

    def parser
      OptionParser.new(USAGE) do |options|
        message_options(options)
        service_options(options)
        options.on("--json", "answer as JSON") { @ask[:json] = true }
        options.on("--version", "the version") { @ask[:text] = "tracehop #{VERSION}" }
        options.on("-h", "--help", "this text") { @ask[:text] = options.help }
      end
    end

    def message_options(options)
      options.on("-H", "--header HEADER", "a header that came; may be repeated") { |line| @ask[:headers] << line }
      options.on("--curl LINE", "a curl line, as a browser's developer tools copy it") { |line| @ask[:curl] = line }
      options.on("--har FILE", "a HAR file; each of its requests is explained") { |path| @ask[:har] = path }
      options.on("--url URL", "explain whether a request to URL would carry the trace") { |url| @ask[:url] = url }
      options.on("--page-url URL", "the page that makes the request") { |url| @ask[:page_url] = url }
    end

    def service_options(options)
      options.separator("\nthis service, by the options of Propagator.new:")
      TEXTS.each { |name| options.on("--#{name.to_s.tr("_", "-")} TEXT") { |text| @service[name] = text } }
      options.on("--traces-sample-rate RATE", Float) { |rate| @service[:traces_sample_rate] = rate }
      options.on("--target TEXT", "a text of trace_propagation_targets; may be repeated") { |text| target(text) }
      options.on("--origin ORIGIN", "an origin of trace_propagation_targets; may be repeated") { |text| target(Origin.new(text)) }
      options.on("--strict-trace-continuation") { @service[:strict_trace_continuation] = true }
      options.on("--propagate-traceparent") { @service[:propagate_traceparent] = true }
    end

    def target(target)
      (@service[:trace_propagation_targets] ||= []) << target
    end
  end
end
