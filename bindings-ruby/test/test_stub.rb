# frozen_string_literal: true

require_relative "test_helper"
require_relative "stub"
require "tracehop/active_job"
require "tracehop/command"
require "tracehop/echo"
require "tracehop/excon"
require "tracehop/faraday"
require "tracehop/grpc"
require "tracehop/http_rb"
require "tracehop/httpclient"
require "tracehop/net_http"
require "tracehop/opentelemetry"
require "tracehop/rails"
require "tracehop/sentry"
require "tracehop/sidekiq"

# sig/tracehop.rbs is correct and complete: each name exists with its parameters, and no public name is missing.
class TestStub < Minitest::Test
  STUB = Stub.new(File.join(REPOSITORY, "bindings-ruby/sig/tracehop.rbs"))

  # The compiled part parses the arguments of these itself, for speed, so Ruby does not know their names.
  TAKEN_APART = %i[headers allows allows?].freeze

  def owner(name)
    Object.const_get(name)
  end

  def test_every_constant_and_class_exists
    (STUB.constants + STUB.superclasses.keys).each do |name|
      assert Object.const_defined?(name), name unless name.split("::").last.start_with?("_")
    end
    STUB.superclasses.compact.each { |name, superclass| assert_equal superclass, owner(name).superclass.name }
  end

  STUB.methods.each do |method|
    define_method("test_#{method.owner}#{method.singleton ? "." : "#"}#{method.name}") do
      assert_equal shape(method.parameters), shape(real(method)) if method.parameters && !TAKEN_APART.include?(method.name)
      assert real(method)
    end
  end

  def test_wrong_arguments_are_refused_as_by_ruby
    service = Tracehop::Propagator.new
    context = service.start_trace
    assert_raises(ArgumentError) { context.headers({}, {}) }
    assert_raises(ArgumentError) { service.allows }
    assert_raises(ArgumentError) { service.allows("https://a.example", nil) }
    assert_raises(ArgumentError) { service.allows("https://a.example", page: "https://a.example") }
    refute service.allows("https://a.example", page_url: "https://b.example")
    assert service.allows("https://a.example", page_url: nil)
  end

  def real(method)
    return owner(method.owner).method(method.name).parameters if method.singleton

    owner(method.owner).instance_method(method.name).parameters
  end

  # Names of positional parameters exist only in the signatures: the compiled part has none.
  def shape(parameters)
    parameters.reject { |kind, _| kind == :block }.map { |kind, name| %i[key keyreq].include?(kind) ? [kind, name] : kind }
  end

  def test_nothing_public_is_missing
    told = STUB.methods.map { |method| [method.owner, method.name, method.singleton] }
    STUB.superclasses.each_key do |name|
      next if name.split("::").last.start_with?("_")

      public_methods_of(owner(name)).each { |method, singleton| assert_includes told, [name, method, singleton] }
    end
  end

  def public_methods_of(type)
    instance = type.is_a?(Class) ? type.public_instance_methods(false).map { |name| [name, false] } : []
    instance + (type.singleton_methods(false) - [:of]).map { |name| [name, true] }
  end

  def test_public_constants_are_declared
    hidden = %i[Native]
    known = STUB.constants + STUB.superclasses.keys
    Tracehop.constants.each { |name| assert_includes known, "Tracehop::#{name}" unless hidden.include?(name) }
  end
end
