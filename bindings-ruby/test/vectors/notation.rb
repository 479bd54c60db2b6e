# frozen_string_literal: true

# Converts the notation of core/vectors/README.md to Ruby objects and back.
module Notation
  FLAGS = { "i" => Regexp::IGNORECASE, "s" => Regexp::MULTILINE, "x" => Regexp::EXTENDED, "m" => 0, "a" => 0 }.freeze
  DOUBLES = { "NaN" => Float::NAN, "Infinity" => Float::INFINITY, "-Infinity" => -Float::INFINITY }.freeze

  module_function

  # T: bytes in the notation of JSON.
  def bytes(node)
    case node
    in String then node.b
    in { hex: String => digits } then [digits].pack("H*")
    in { repeat: part, times: Integer => times } then bytes(part) * times
    in { concat: Array => parts } then parts.map { |part| bytes(part) }.join.b
    end
  end

  # T for a text of the host: UTF-8 if it is valid.
  def text(node)
    bytes(node).force_encoding(Encoding::UTF_8) if node
  end

  # True for a T that is not a plain string.
  def bytes?(node)
    node.is_a?(Hash) && (node.keys & %i[hex repeat concat]).any?
  end

  # The value of a header: bytes, or something that is neither text nor bytes.
  def value(node)
    node.is_a?(Hash) && node.key?(:other) ? node[:other] : bytes(node)
  end

  def pairs(node)
    node.map { |name, text| [name, value(text)] }
  end

  # The same headers as a Hash, if every name occurs once in any case.
  def hash(node)
    list = pairs(node)
    list.to_h if list.uniq { |name, _| name.downcase }.size == list.size
  end

  # A Rack env with these pairs and the required keys.
  def env(node)
    { "REQUEST_METHOD" => "GET", "rack.url_scheme" => "http", "rack.version" => [1, 3] }.merge(pairs(node).to_h)
  end

  def seed(digits)
    [digits].pack("H*")
  end

  def number(node)
    node.is_a?(Hash) ? DOUBLES.fetch(node.fetch(:double)) : node
  end

  def target(node)
    case node
    in String then node
    in _ if bytes?(node) then text(node)
    in { origin: String => text } then Tracehop::Origin.new(text)
    in { function: "fails" } then ->(_url) { raise "a target that fails" }
    in { function: true | false => answer } then ->(_url) { answer }
    in { regex: String => pattern, bytes: true } then Regexp.new(pattern, Regexp::NOENCODING)
    in { regex: String => pattern, dialect: "ecmascript", **rest } then Tracehop::EcmaRegExp.new(pattern, rest.fetch(:flags, ""))
    in { regex: String => pattern, **rest } then Regexp.new(pattern, flags(rest.fetch(:flags, "")))
    end
  end

  def flags(letters)
    letters.each_char.sum { |letter| FLAGS.fetch(letter) }
  end

  # A sampler that stores its argument in `saw`.
  def sampler(node, saw)
    lambda do |sampling|
      saw << sampling
      raise "a sampler that fails" if node[:fails]

      number(node.fetch(:returns))
    end
  end

  # The keywords of Propagator.new.
  def options(node, saw = [])
    node.to_h do |name, option|
      value = case name
              when :trace_propagation_targets then option&.map { |target| target(target) }
              when :traces_sampler then sampler(option, saw)
              when :traces_sample_rate then number(option)
              when :dsn, :public_key, :release, :environment then text(option)
              else option
              end
      [name, value]
    end
  end

  # True if a result is as a vector expects. Texts compare by their bytes, numbers as doubles.
  def same?(wanted, got)
    case wanted
    when String then name(got)&.b == wanted.b
    when Array then got.is_a?(Array) && got.size == wanted.size && wanted.zip(got).all? { |pair| same?(*pair) }
    when Hash then bytes?(wanted) ? got&.b == bytes(wanted) : same_facts?(wanted, got)
    when Numeric then got.is_a?(Numeric) && wanted.to_f == got.to_f
    else wanted == got
    end
  end

  def same_facts?(wanted, got)
    got.is_a?(Hash) && wanted.all? { |name, value| same?(value, got[name]) }
  end

  # Codes are symbols in Ruby.
  def name(object)
    case object
    when Symbol then object.to_s
    when Tracehop::Finding then object.code.to_s
    else object
    end
  end
end
