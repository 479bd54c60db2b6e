# frozen_string_literal: true

# The context that this fiber works for.
module Tracehop
  # Fiber storage (Ruby 3.2) is inherited by the fibers that a request starts, and what they set stays theirs. It is
  # inherited by threads too, and there it is refused: a pool that starts a thread in one request would have it work
  # under that request's trace for all others. Before 3.2 `Thread#[]` is used: it belongs to one fiber, so requests that
  # share a thread never mix, as a thread variable would let them; a fiber started in a request begins without a context.
  module Storage
    # Where the context stands.
    KEY = :tracehop_context
    # Where the thread stands that set it.
    OWNER = :tracehop_thread

    if Fiber.respond_to?(:[])
      # @return [TraceContext, nil]
      def self.get
        context = Fiber[KEY]
        context if context && Fiber[OWNER].equal?(Thread.current)
      end

      # @param context [TraceContext, nil]
      def self.set(context)
        Fiber[OWNER] = Thread.current
        Fiber[KEY] = context
      end
    else
      def self.get = Thread.current[KEY]
      def self.set(context) = Thread.current[KEY] = context
    end
  end
  private_constant :Storage

  class << self
    # The context of the running request or job.
    # @return [TraceContext, nil]
    def current
      Storage.get
    end

    # Makes a context the current one while the block runs.
    # @param context [TraceContext, nil]
    # @return [Object] what the block returns
    # @example
    #   Tracehop.use(context) { Tracehop.current.trace_id }
    def use(context)
      unless context.nil? || context.is_a?(TraceContext)
        raise TypeError, "Tracehop.use takes a Tracehop::TraceContext or nil, not #{context.class}"
      end

      before = Storage.get
      Storage.set(context)
      begin
        yield
      ensure
        Storage.set(before)
      end
    end
  end
end
