# frozen_string_literal: true

require "rails"
require "tracehop"

module Tracehop
  # Rails: the middleware at the head of the stack, jobs, a view helper and log tags.
  #
  # @example config/application.rb
  #   require "tracehop/rails"
  #   config.tracehop.propagator = Tracehop::Propagator.new(release: "shop@1")
  #   config.tracehop.middleware = { exclude: "/up" }
  #   config.log_tags = [:request_id, Tracehop::LOG_TAG]
  # @example In the layout's head
  #   <%= tracehop_meta_tags %>
  class Railtie < ::Rails::Railtie
    config.tracehop = ActiveSupport::OrderedOptions.new

    # The application's propagator, checked.
    # @api private
    def self.propagator
      Given.propagator(config.tracehop.propagator, "config.tracehop.propagator")
    end

    initializer "tracehop.middleware", after: :load_config_initializers do |app|
      app.middleware.insert_before 0, Middleware, propagator: Railtie.propagator, **(config.tracehop.middleware || {})
    end

    initializer "tracehop.active_job", after: :load_config_initializers do
      ActiveSupport.on_load(:active_job) do
        require "tracehop/active_job"
        include Tracehop::ActiveJob.new(Railtie.propagator)
      end
    end

    initializer "tracehop.view" do
      ActiveSupport.on_load(:action_view) { include ViewHelper }
    end
  end

  # Helpers for views.
  module ViewHelper
    # The meta tags of the running request; none if a shared cache may store the page. A view without a controller, or of
    # a mailer, has no response.
    # @return [String]
    def tracehop_meta_tags
      Tracehop.meta_tags((response if controller.respond_to?(:response)))
    end
  end

  # For `config.log_tags`: the trace of the request.
  LOG_TAG = ->(_request) { Tracehop.current&.trace_id }
end
