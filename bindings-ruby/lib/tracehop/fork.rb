# frozen_string_literal: true

module Tracehop
  # Discards the buffered random bytes in a forked child, so that it makes other ids than its parent. All forks of Ruby
  # call Process._fork.
  module Fork
    # Called for every fork.
    def _fork
      pid = super
      Native.forked if pid.zero?
      pid
    end
  end
  private_constant :Fork

  Process.singleton_class.prepend(Fork)
end
