# frozen_string_literal: true

module Tracehop
  # How the parsed values and contexts behave as Ruby objects: equal where their text is, told by it.
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
    include TextValue
  end

  # One parsed W3C `traceparent` value; `to_s` is the header of version 00.
  class Traceparent
    include TextValue
  end

  # The members of one baggage list; never raises because of what it holds.
  class Baggage
    private_class_method :native_of

    # What was odd about the list.
    # @return [Array<Finding>]
    def findings
      Finding.of(native_findings)
    end

    # @return [String]
    def inspect
      "#<#{self.class} sentry=#{sentry} foreign=#{foreign}>"
    end
  end

  # What {Propagator#inject} did, and why.
  class Outcome
    # What was odd about this act.
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
