# frozen_string_literal: true

require "optparse"
require "shellwords"
require_relative "report"

module Tracehop
  # The `tracehop` executable.
  class Command
    USAGE = <<~TEXT
      usage: tracehop explain [options] [HEADER...]
      Says what the headers of a message mean and whether this service would go on with their trace.
      HEADER is "Name: value"; without any, headers or a curl line are read from standard input.
      Exit code 0: the trace goes on. 1: it is broken. 2: wrong usage.
    TEXT

    def initialize(arguments, input: $stdin, output: $stdout, errors: $stderr)
      @arguments = arguments.dup
      @input = input
      @output = output
      @errors = errors
      @options = {}
      @ask = {}
    end

    # @return [Integer] the exit code
    def run
      rest = parser.parse(@arguments)
      return tell(@ask[:text], 0) if @ask[:text]
      return tell(parser.help, 2, @errors) unless rest.shift == "explain"

      explain(rest)
    rescue OptionParser::ParseError, ArgumentError, TypeError => error
      tell("tracehop: #{error.message}", 2, @errors)
    end

    private

    def explain(headers)
      lines = headers.empty? ? @input.read.to_s : headers.join("\n")
      report = Report.new(Propagator.new(**@options), pairs(lines), url: @ask[:url], page_url: @ask[:page_url])
      tell(@ask[:json] ? report.to_json : report.to_s, report.continues? ? 0 : 1)
    end

    def tell(text, code, output = @output)
      output.puts(text)
      code
    end

    # "Name: value" a line, or those of a curl command.
    def pairs(text)
      text = text.scrub
      lines = text.lstrip.start_with?("curl ") ? curl(text) : text.lines(chomp: true)
      lines.filter_map { |line| line.split(":", 2).map(&:strip) if line.include?(":") }
    end

    def curl(text)
      words = Shellwords.split(text.gsub("\\\n", " "))
      words.each_cons(2).filter_map { |flag, value| value if ["-H", "--header"].include?(flag) }
    end

    def parser
      OptionParser.new(USAGE) do |options|
        options.on("--url URL", "explain whether a request to URL would carry the trace") { |url| @ask[:url] = url }
        options.on("--page-url URL", "the page that makes the request") { |url| @ask[:page_url] = url }
        options.on("--target TEXT", "a text of trace_propagation_targets; may be repeated") { |text| target(text) }
        options.on("--origin ORIGIN", "an origin of trace_propagation_targets; may be repeated") { |text| target(Origin.new(text)) }
        options.on("--dsn DSN", "who this service is") { |dsn| @options[:dsn] = dsn }
        options.on("--org-id DIGITS", "its organisation") { |digits| @options[:org_id] = digits }
        options.on("--rate RATE", Float, "its traces_sample_rate") { |rate| @options[:traces_sample_rate] = rate }
        options.on("--strict", "strict_trace_continuation") { @options[:strict_trace_continuation] = true }
        options.on("--traceparent", "propagate_traceparent") { @options[:propagate_traceparent] = true }
        options.on("--json", "answer as JSON") { @ask[:json] = true }
        options.on("--version", "the version") { @ask[:text] = "tracehop #{VERSION}" }
        options.on("-h", "--help", "this text") { @ask[:text] = options.help }
      end
    end

    def target(target)
      (@options[:trace_propagation_targets] ||= []) << target
    end
  end
end
