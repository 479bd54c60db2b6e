# frozen_string_literal: true

module Tracehop
  # An immutable value: copies, also by ActiveSupport's `deep_dup`, are the value itself.
  module Immutable
    # @return [self]
    def dup
      self
    end
    alias deep_dup dup

    # @return [self]
    def clone(**)
      self
    end
  end
  private_constant :Immutable

  # A value that Marshal and JSON store as its text.
  module StoredByText
    # The class method with which Marshal loads a value.
    module Load
      # @return [Object] the value of this text
      def _load(text)
        parse(text)
      end
    end

    # Adds {Load} to the class.
    def self.included(value)
      super
      value.extend(Load)
    end

    # @return [String]
    def _dump(_level)
      to_s
    end

    # @return [String] for ActiveSupport
    def as_json(*)
      to_s
    end

    # @return [String]
    def to_json(*arguments)
      to_s.to_json(*arguments)
    end
  end
  private_constant :StoredByText

  # Equality, hash and inspection by the value's text.
  module TextValue
    # @return [Boolean]
    def ==(other)
      other.instance_of?(self.class) && to_s == other.to_s
    end
    alias eql? ==

    # @return [Integer]
    def hash
      [self.class, to_s].hash
    end

    # @return [String]
    def inspect
      "#<#{self.class} #{self}>"
    end
  end
  private_constant :TextValue

  # One parsed `sentry-trace` value; `to_s` is the canonical header.
  class SentryTrace
    # @!method parse(value)
    #   @!scope class
    #   Parses one header value strictly.
    #   @param value [String]
    #   @return [SentryTrace]
    #   @raise [HeaderError] with kind and offset
    # @!attribute [r] trace_id
    #   @return [String]
    # @!attribute [r] span_id
    #   @return [String, nil]
    # @!attribute [r] sampled
    #   @return [Boolean, nil]
    # @!method to_s
    #   @return [String] the canonical header

    # @return [Boolean, nil]
    alias sampled? sampled

    include Immutable
    include StoredByText
    include TextValue
  end

  # One parsed W3C `traceparent` value; `to_s` is the header of version 00.
  class Traceparent
    # @!method parse(value)
    #   @!scope class
    #   Parses one header value strictly.
    #   @param value [String]
    #   @return [Traceparent]
    #   @raise [HeaderError] with kind and offset
    # @!attribute [r] trace_id
    #   @return [String]
    # @!attribute [r] span_id
    #   @return [String]
    # @!attribute [r] sampled
    #   @return [true, nil] nil if the flag leaves it open
    # @!method to_s
    #   @return [String] the header of version 00

    # @return [Boolean, nil]
    alias sampled? sampled

    include Immutable
    include StoredByText
    include TextValue
  end

  # The members of one baggage list; never raises on its content.
  class Baggage
    include Immutable

    private_class_method :native_of

    # @!method parse(value)
    #   @!scope class
    #   @param value [String, Array<String>] one line or several
    #   @return [Baggage]
    # @!attribute [r] sentry
    #   @return [Hash{String => String}] Sentry's members, decoded, in order; names without their prefix
    # @!attribute [r] foreign
    #   @return [Array<String>] third-party members, unchanged, in the encoding of the text

    # The findings about the list.
    # @return [Array<Finding>]
    def findings
      Finding.of(native_findings)
    end

    # @return [String]
    def inspect
      "#<#{self.class} sentry=#{sentry} foreign=#{foreign}>"
    end
  end

  # The result of {Propagator#inject}.
  class Outcome
    include Immutable

    # @!attribute [r] reason
    #   @return [Symbol] :written, :kept (the request has a trace already), :not_a_target or :own_host
    # @!method written?
    #   @return [Boolean]

    # The findings about this call.
    # @return [Array<Finding>]
    def findings
      Finding.of(native_findings)
    end

    # @return [String]
    def inspect
      "#<#{self.class} #{reason} findings=#{findings.map(&:code)}>"
    end
  end
end
