# frozen_string_literal: true

require_relative "test_helper"

# Regexp targets match like Ruby's own engine, or are refused with a remedy.
class TestRegexps < Minitest::Test
  URLS = ["https://api.myapp.com/", "http://API.myapp.com:8080/v1/users?id=42#top", "https://evil.test/?u=https://api.myapp.com",
          "https://m\u00fcnchen.test/stra\u00dfe/\u00e9t\u00e9", "https://a-b_c.example.org/%41%2f/", "https://[::1]:3000/x", "https://x.test",
          "https://x.test/aaa/Bbb/123_4.html", "wss://sock.myapp.com/{id}/[z]/$^"].freeze

  # Each of these must be accepted.
  TAKEN = [
    /^https/, /com$/, %r{com/$}, /\Ahttps/, /\z/, /test\Z/, /\Ahttps:\/\/api\.myapp\.com\/\z/, %r{\Ahttps://[^/]+\.myapp\.com(/|\z)},
    /api\.MYAPP/i, /(?i)MYAPP/, /(?i:API)\.myapp/, /(?-i:API)/i, /a p i/x, /a\ p/x, /api # the host/x, /[a\ b]pi/x, /a.i/m, /(?m:x.t)/, /(?mi-x:X.T)/,
    /\h{3}/, /\H{9}/, /\d+/, /\D\z/, /\w+-\w/, /\W{3}/, /\s/, /\S+/, /[\w.]+:\d/, /[\h]+::/, /[^\d]\z/,
    /\u00fc/, /\x41/, /\//, /\./, /\-b/, /m\u00fcn/, /M\u00dcN/i, /a{3}/, /a{2,}/, /a{,2}b/i, /a{2,3}?/, /a+?/, /a??p/, /(?:ab|ap)i/,
    /(?<host>api)\.(?<app>myapp)/, /(api)(\.)/, /(?#a comment)api/, /{id}/, /\{id\}/, /a|b|/, //, /\bapi\b/, /\Bpi\b/, /[\]z]/, /[-a]-/, /[$^]+/,
    %r{\A(?:https?|wss)://(?:[\w-]+\.)*myapp\.com(?::\d+)?(?:[/?#]|\z)}, Regexp.union("myapp.com", /x\.t/i),
    Regexp.new("[a-z]+\\.test", Regexp::EXTENDED), /#{/api/i}\.my/
  ].freeze

  # Each of these may be refused; if accepted, it must match as in Ruby.
  EITHER = [
    /[[:alpha:]]+\./, /[[:^alpha:]]{4}/, /[[:digit:]]{2}/, /[[:upper:]]/, /[[:punct:]]{3}/, /[[:word:]]{20}/, /[[:space:]]/, /[[:ascii:]]+\z/,
    /\p{Alpha}\u00df/, /\p{^Alpha}{4}/, /\P{Alpha}{4}/, /\p{Upper}/, /\p{L}+/, /\p{Greek}/, /\p{Latin}+/, /\p{Emoji}/, /\p{Any}/,
    /\u{61 70 69}/, /\101/, /[a-c&&b-d]/, /[a-z&&[^aeiou]]{4}/, /[a[0-9]]\d/, /[^a[0-9]]\z/, /(?a)\w\./, /(?u:\w)\u00df/,
    /\G/, /\K/, /(?=api)/, /(?!api)/, /(?<=\.)com/, /(?<!\.)com/, /(a)\1/, /(?<x>a)\k<x>/, /a++b/, /a*+/, /(?>a+)/, /(?~api)/,
    /(a)?(?(1)p|h)/, /(?<p>\((?:\g<p>)*\))/, /\R/, /\X/, /\Q/, /\cA/, /\C-a/, /\e/, /a{1,2}+/, /\u00c9t/i, /k/i, /s/i
  ].freeze

  def allows(regexp)
    target = Tracehop::Propagator.new(trace_propagation_targets: [regexp])
    URLS.map { |url| target.allows(url) }
  rescue Tracehop::OptionError => error
    assert_match(/trace_propagation_targets\[0\]: .*function/, error.message, regexp.inspect)
    nil
  end

  def test_ruby_and_the_linear_engine_agree
    TAKEN.each { |regexp| assert_equal URLS.map { |url| regexp.match?(url) }, allows(regexp), regexp.inspect }
  end

  def test_an_accepted_regexp_means_the_same
    EITHER.each do |regexp|
      answer = allows(regexp) or next
      # With flag i a URL with a letter that Ruby folds to several may not match (rule O4).
      is_left_out = ->(url, got) { !got && regexp.casefold? && !url.ascii_only? }
      expected = URLS.zip(answer).map { |url, got| is_left_out[url, got] ? got : regexp.match?(url) }
      assert_equal expected, answer, regexp.inspect
    end
  end
end
