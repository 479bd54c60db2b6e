# frozen_string_literal: true

# The current context of this fiber.
module Tracehop
  # Fiber storage (Ruby 3.2) is inherited by the fibers that a request starts; what they set stays theirs. Threads
  # inherit it too, and there it is ignored: otherwise a pool thread started in one request would use that request's
  # trace for all later ones. `Thread#[]` belongs to one fiber, so requests that share a thread do not mix; a thread
  # variable would mix them. Before 3.2 only `Thread#[]` is used, so a fiber started in a request begins without a
  # context. Since 3.2 it is used by threads to which it is copied explicitly, as ActionController::Live does.
  module Storage
    # The key of the context.
    KEY = :tracehop_context
    # The key of the thread that set it.
    OWNER = :tracehop_thread

    if Fiber.respond_to?(:[])
      # @return [TraceContext, nil]
      def self.get
        Fiber[OWNER].equal?(Thread.current) ? Fiber[KEY] : Thread.current[KEY]
      end

      # @param context [TraceContext, nil]
      def self.set(context)
        Fiber[OWNER] = Thread.current
        Fiber[KEY] = Thread.current[KEY] = context
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

    # Makes a context current while the block runs.
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

    # Returns a callable that runs the block within the context that is current now, in any thread or fiber.
    # @return [Proc]
    # @example
    #   Thread.new(&Tracehop.wrap { Tracehop.current.trace_id })
    def wrap(&block)
      raise ArgumentError, "Tracehop.wrap takes a block" unless block

      context = current
      # Tracehop by name, because instance_exec changes self.
      ->(*arguments, **options, &inner) { Tracehop.use(context) { block.call(*arguments, **options, &inner) } }
    end
  end
end
