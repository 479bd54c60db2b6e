# frozen_string_literal: true

module Tracehop
  # Every fork that Ruby makes goes through Process._fork; a child draws new random bytes, so that it never gives an id
  # that its parent gives too.
  module Fork
    # Called by all of them.
    def _fork
      pid = super
      Native.forked if pid.zero?
      pid
    end
  end
  private_constant :Fork

  Process.singleton_class.prepend(Fork)
end
