# frozen_string_literal: true

require "action_controller/railtie"
require "active_job/railtie"
require "action_view/railtie"
require "tracehop/rails"

LOG = StringIO.new

# A Rails application of one file.
class Shop < Rails::Application
  config.eager_load = false
  config.secret_key_base = "0" * 32
  config.logger = ActiveSupport::TaggedLogging.new(Logger.new(LOG))
  config.log_tags = [Tracehop::LOG_TAG]
  config.hosts.clear
  config.tracehop.propagator = Tracehop::Propagator.new(traces_sample_rate: 1)
  config.tracehop.middleware = { exclude: "/up" }
  routes.append do
    %w[page detached cached forever fresh header job log up].each { |name| get name, to: "pages##{name}" }
    get "live", to: "lives#live"
  end
end

# Records the context in which it ran.
class Told < ActiveJob::Base
  cattr_accessor :context

  def perform = self.class.context = Tracehop.current
end

# Pages with meta tags, unless a shared cache may store them.
class PagesController < ActionController::Base
  VIEW = "<%= tracehop_meta_tags %><%= Tracehop.meta_tags(response.headers[\"Cache-Control\"]) %><%= Tracehop.meta_tags(response) %>"

  def page = render(inline: VIEW)

  def detached = render(html: ActionView::Base.empty.tracehop_meta_tags)

  def cached
    expires_in 10.minutes, public: true
    page
  end

  def forever = http_cache_forever(public: true) { page }

  def fresh
    fresh_when(etag: "a", public: true)
    page
  end

  def header
    response.headers["Cache-Control"] = "public"
    page
  end

  def job
    queued = Told.new.serialize
    ActiveJob::Base.execute(queued)
    render plain: [Told.context.trace_id, Told.context.parent_span_id, Tracehop.current.span_id].join(" ")
  end

  def log = render(plain: LOG.string)

  def up = render(plain: Tracehop.current.inspect)
end

# Streams from a new thread.
class LivesController < ActionController::Base
  include ActionController::Live

  def live
    3.times { response.stream.write("#{Tracehop.current&.trace_id}\n") }
  ensure
    response.stream.close
  end
end

Shop.initialize!
run Shop
