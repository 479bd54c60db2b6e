# frozen_string_literal: true

require_relative "test_helper"
require_relative "servers/at_once"
require_relative "servers/running"

# `require "tracehop/rails"` in a Rails application on Puma.
class TestRails < Minitest::Test
  include AtOnce
  include Samples

  def self.server
    @server ||= Running.puma("-t", "8:8", config: "rails.ru").tap { |server| Minitest.after_run { server.stop } }
  end

  def get(path)
    id, header = fresh_trace
    [id, self.class.server.get(path, "sentry-trace" => header)]
  end

  def test_a_page_has_the_meta_tags_by_each_form_of_call
    id, response = get("/page")
    assert_equal id, propagator.continue_html(response.body).trace_id
    assert_equal 3, response.body.scan("name=\"sentry-trace\"").size
  end

  def test_a_view_without_a_controller_has_the_meta_tags
    id, response = get("/detached")
    assert_equal id, propagator.continue_html(response.body).trace_id
  end

  def test_pages_in_threads_never_mix_traces
    answers_at_once(self.class.server, "/page").each { |id, body| assert_equal id, propagator.continue_html(body).trace_id }
  end

  # Rails writes Cache-Control after the view is rendered.
  def test_a_page_that_a_shared_cache_may_store_has_no_tags
    %w[/cached /forever /fresh /header].each do |path|
      _, response = get(path)
      assert_match(/public/, response["Cache-Control"], path)
      assert_equal "", response.body, path
    end
  end

  def test_action_controller_live_has_the_requests_context
    requests = Array.new(20) { Thread.new { get("/live") } }.map(&:value)
    requests.each { |id, response| assert_equal "#{id}\n" * 3, response.body }
  end

  def test_jobs_carry_the_requests_context
    id, response = get("/job")
    trace, parent, span = response.body.split
    assert_equal [id, span], [trace, parent]
  end

  def test_log_lines_are_tagged
    id, = get("/page")
    assert_match(/\[#{id}\]/, get("/log").last.body)
  end

  def test_an_excluded_path_has_no_context
    assert_equal "nil", get("/up").last.body
  end
end
