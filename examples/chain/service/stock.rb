# frozen_string_literal: true

require "json"

# The Rack application: how many tins of a tea are left, and on which shelf.
class Stock
  SHELVES = {
    "assam" => { tea: "Assam", shelf: "B3", left: 12 },
    "darjeeling" => { tea: "Darjeeling", shelf: "A1", left: 4 },
    "sencha" => { tea: "Sencha", shelf: "C2", left: 31 }
  }.freeze

  # As long as a query of a small database; it makes the span visible in the waterfall.
  LOOK_UP_SECONDS = 0.025

  def call(env)
    sleep LOOK_UP_SECONDS
    stock = SHELVES[env["PATH_INFO"].delete_prefix("/api/stock/")]
    stock ? answer(200, stock) : answer(404, { error: "no such tea" })
  end

  private

  def answer(status, body)
    [status, { "content-type" => "application/json" }, [JSON.generate(body)]]
  end
end
