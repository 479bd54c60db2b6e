# frozen_string_literal: true

require "sinatra/base"
require "tracehop"

# Pages with meta tags, unless a shared cache may store them.
class Pages < Sinatra::Base
  set :environment, :production
  use Tracehop::Middleware, propagator: Tracehop::Propagator.new

  template(:page) { "<head><%= Tracehop.meta_tags(headers[\"Cache-Control\"]) %></head><%= Tracehop.current.trace_id %>" }

  get("/page") { erb :page }

  get("/cached") do
    cache_control :public, max_age: 60
    erb :page
  end

  get("/stream") { stream { |out| 3.times { out << Tracehop.current.trace_id << "\n" } } }
end

run Pages
