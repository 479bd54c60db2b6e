# frozen_string_literal: true

module Tracehop
  # The Cache-Control of a page that is being rendered.
  module CacheControl
    # The key of the controller in a Rails env.
    CONTROLLER = "action_controller.instance"
    private_constant :CONTROLLER

    class << self
      # The header value in the argument of {Tracehop.meta_tags}.
      def of(given)
        return given unless given.respond_to?(:cache_control)

        header = given.headers["Cache-Control"] if given.respond_to?(:headers)
        [header, *directives(given.cache_control)].compact.join(", ")
      end

      # True if a shared cache may store the Rails response of the current request. Rails writes the header after the
      # view is rendered.
      def shared_page?
        controller = Request.env&.[](CONTROLLER)
        controller.respond_to?(:response) && controller.response && Tracehop.shared_cache?(of(controller.response))
      end

      private

      def directives(rules)
        return [rules].compact unless rules.is_a?(Hash)

        rules.flat_map do |name, value|
          next value if value.is_a?(Array)

          directive = name.to_s.tr("_", "-")
          value == true ? directive : ("#{directive}=#{value}" if value)
        end.compact
      end
    end
  end
  private_constant :CacheControl
end
