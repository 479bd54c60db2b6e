# frozen_string_literal: true

# Parses the subset of RBS that sig/tracehop.rbs uses: for each class or module its constants and methods with their arity.
class Stub
  Method = Struct.new(:owner, :name, :singleton, :parameters)

  PARAMETER = /\A(?<optional>\?)?(?<keyword>\w+:)?/

  attr_reader :methods, :constants, :superclasses

  def initialize(path)
    @methods = []
    @constants = []
    @superclasses = {}
    @scope = []
    lines = File.readlines(path, chomp: true).map { |line| line.sub(/(^|\s)#.*/, "").strip }
    declarations(lines.reject(&:empty?)).each { |line| read(line) }
  end

  private

  # Joins a declaration of several lines into one.
  def declarations(lines)
    lines.each_with_object([]) do |line, done|
      done.any? && open?(done.last) ? done.last.concat(" ", line) : done << line.dup
    end
  end

  def open?(line)
    line.count("(") > line.count(")")
  end

  def read(line)
    case line
    when /\A(?:module|class|interface) (\w+)(?: < (\w+))?/ then enter($1, $2)
    when "end" then @scope.pop
    when /\A([A-Z]\w*): / then @constants << path($1)
    when /\Aattr_reader (\w+)/ then add($1, false, [])
    when /\Aalias (\S+) / then add($1, false, nil)
    when /\Adef (self\.)?(\S+): (?:\[\w+\] )?(.*)/ then add($2, !$1.nil?, parameters($3))
    when /\Atype / then nil
    else raise "the stub reader does not know: #{line}"
    end
  end

  def enter(name, superclass)
    @scope << name
    @superclasses[path(nil)] = superclass
  end

  def add(name, singleton, parameters)
    @methods << Method.new(path(nil), name.to_sym, singleton, parameters) unless @scope.last.start_with?("_")
  end

  def path(name)
    [*@scope, name].compact.join("::")
  end

  # The parameters in the form of Method#parameters.
  def parameters(signature)
    split(balanced(signature)).map do |parameter|
      next [parameter.start_with?("**") ? :keyrest : :rest, nil] if parameter.start_with?("*")

      found = PARAMETER.match(parameter)
      next [found[:optional] ? :key : :keyreq, found[:keyword].delete(":").to_sym] if found[:keyword]

      [found[:optional] ? :opt : :req, parameter[/(\w+)\z/, 1].to_sym]
    end
  end

  # The text between the first bracket and its partner.
  def balanced(text)
    depth = 0
    text.each_char.with_index do |letter, index|
      depth += { "(" => 1, ")" => -1 }.fetch(letter, 0)
      return text[1...index] if depth.zero?
    end
  end

  def split(list)
    depth = 0
    parts = list.each_char.slice_when do |letter, _|
      depth += { "(" => 1, "[" => 1, ")" => -1, "]" => -1 }.fetch(letter, 0)
      letter == "," && depth.zero?
    end
    parts.map { |part| part.join.delete_suffix(",").strip }.reject(&:empty?)
  end
end
