# frozen_string_literal: true

require "json"
require "shellwords"

module Tracehop
  # Where `tracehop explain` finds headers: lines, a curl line, a HAR file. What is none of these raises ArgumentError.
  # @!attribute url
  #   @return [String, nil] where the request went
  # @!attribute headers
  #   @return [Array<Array(String, String)>]
  Input = Struct.new(:url, :headers) do
    # A curl line, or header lines.
    def self.of_text(text)
      text = text.scrub
      text.lstrip.start_with?("curl ") ? of_curl(text) : of_lines(text.lines(chomp: true))
    end

    # "Name: value" lines; a request line before them is passed over.
    def self.of_lines(lines)
      headers = lines.filter_map { |line| line.scrub.match(/\A([^\s:]+)\s*:(.*)\z/)&.captures&.map(&:strip) }
      return new(nil, headers) if headers.any? || lines.all? { |line| line.strip.empty? }

      raise ArgumentError, "no header found: give lines of the form 'Name: value', a line that starts with curl, or --har FILE"
    end

    # A command line as a browser's developer tools copy it.
    def self.of_curl(line)
      words = Shellwords.split(line.scrub.gsub("\\\n", " "))
      flags = words.each_cons(2).filter_map { |flag, value| value if %w[-H --header].include?(flag) }
      joined = words.filter_map { |word| word[/\A(?:-H|--header=)(.+)/m, 1] }
      new(words.find { |word| word.include?("://") && !flags.include?(word) }, of_lines(flags + joined).headers)
    rescue ArgumentError => error
      raise ArgumentError, "the curl line cannot be read: #{error.message}"
    end

    # Every request of a HAR file.
    def self.of_har(path)
      JSON.parse(File.read(path, encoding: "bom|utf-8")).fetch("log").fetch("entries").map do |entry|
        request = entry.fetch("request")
        new(request.fetch("url"), request.fetch("headers").map { |header| header.fetch_values("name", "value") })
      end
    rescue JSON::ParserError, KeyError, TypeError, NoMethodError => error
      raise ArgumentError, "#{path} is no HAR file: #{error.message.lines.first&.chomp}"
    end
  end
  private_constant :Input
end
