"""Patterns for which random ones are no test, because they seldom meet them: dialect, flags, pattern, texts."""

# The host reads them, and tracehop as the host does, also beyond ASCII.
READ = [
    ("python", "", "ß", ["u²ß", "uß", "uss"]),
    ("python", "", "^u.$", ["u²", "u\u2028", "u\u2029"]),
    ("python", "", "[é-ü]", ["ué", "uf", "uü"]),
    ("python", "", "\\s", ["u\u00a0", "u\u2028", "u\ufeff"]),
    ("python", "m", "^u.$", ["u²", "uu", "u"]),
    ("ruby", "", "ß", ["uß", "uss"]),
    ("ruby", "i", "a", ["uabİ", "uA", "ub"]),
    ("ruby", "i", "[a]", ["uA", "ub"]),
    ("ruby", "i", "^/(?!ss)", ["/ß", "/s", "/ẞ", "/a"]),
    ("ruby", "i", "^/(?!ff)", ["/ﬀ", "/f", "/a"]),
    ("ruby", "i", "^/(?!h\u0331)", ["/ẖ", "/h", "/a"]),
    # Ruby does not give a repeated letter back if the letter itself is no match for what follows.
    ("ruby", "i", "^/k*\\W", ["/\u212a", "/k.", "/k"]),
    ("ruby", "i", "^/s*\\W", ["/ſ", "/s.", "/s"]),
    ("ruby", "", "[a&b]", ["/&", "/a", "/c"]),
    ("ruby", "", "[é-ü]", ["ué", "uf", "uü"]),
    ("ruby", "", "^u.$", ["u²", "u\u2028"]),
    ("ruby", "", "\\s", ["u\u00a0", "u\u2028", "u "]),
    ("ruby", "", "\\u{E9}", ["ué", "uE"]),
    ("ecmascript", "", "ß", ["uß", "uss"]),
    ("ecmascript", "", "\uffff", ["u\uffff", "u"]),
    ("ecmascript", "u", "😀", ["u😀", "u"]),
    ("ecmascript", "u", "^u.$", ["u😀", "u\u2028", "u\u2029", "uu"]),
    ("ecmascript", "su", "^u.$", ["u😀", "u\u2028", "uu", "uuu"]),
    ("ecmascript", "", "[\\w-a]", ["u-", "ua", "/."]),
    ("ecmascript", "", "[a-\\d]", ["u-", "ua", "u5"]),
    ("ecmascript", "", "[é-ü]", ["ué", "uf", "uü"]),
    ("ecmascript", "", "[a-a]", ["/a", "/b"]),
    ("ecmascript", "", "[\\B\\A\\G\\Z]", ["/B", "/A", "/G", "/Z", "/b"]),
    ("ecmascript", "", "\\A\\G\\K", ["/AGK", "/"]),
    ("ecmascript", "", "\\e\\h\\z", ["/ehz", "/", "/e1z"]),
    ("ecmascript", "", "\\s", ["u\u00a0", "u\u2028", "u\ufeff", "u "]),
    ("ecmascript", "", "\\w", ["/w", "/ſ", "/."]),
    ("ecmascript", "", "\\141", ["ua", "u1"]),
    ("ecmascript", "", "[\\1a]", ["ua", "u1"]),
    ("ecmascript", "u", "\\0", ["u\0", "u0"]),
    *(
        (dialect, "", pattern, ["/ab", "/abc", "/ad", "/bcd", "/cdc", "/cd"])
        for dialect in ("python", "ruby", "ecmascript")
        for pattern in ("^/(?:ab|cd)(?!c)", "^/(?:a|bc)(?!d)", "^/a(?!b)", "^/a(?!b|d)")
    ),
]

# They are refused, by an error of this kind.
REFUSED = [
    ("ruby", "i", "ß", "regex_flag"),
    ("ruby", "i", "\u212a", "regex_flag"),
    ("ruby", "i", "[éa]", "regex_flag"),
    ("ruby", "i", "[é-ü]", "regex_flag"),
    ("ruby", "", "[a&&b]", "regex_class"),
    ("ruby", "", "\\xC3__A9", "regex_escape"),
    ("ruby", "", "\\u{}", "regex_escape"),
    ("python", "", "\\h", "regex_escape"),
    ("python", "", "\\k", "regex_escape"),
    ("python", "", "\\p{Alpha}", "regex_escape"),
    ("python", "", "[\\G]", "regex_escape"),
    ("ecmascript", "i", "ß", "regex_flag"),
    ("ecmascript", "", "😀", "regex_flag"),
    ("ecmascript", "u", "]", "regex_syntax"),
    ("ecmascript", "u", "}", "regex_syntax"),
    ("ecmascript", "u", "\\p{Alpha}", "regex_escape"),
    ("ecmascript", "u", "\\e", "regex_escape"),
    ("ecmascript", "iu", "\\w", "regex_flag"),
    ("ecmascript", "iu", "\\b", "regex_flag"),
    ("ecmascript", "u", "[\\w-a]", "regex_class"),
    ("ecmascript", "u", "[a-\\d]", "regex_class"),
    ("ecmascript", "u", "[\\1]", "regex_back_reference"),
    ("ecmascript", "u", "\\00", "regex_back_reference"),
    ("ecmascript", "", "(?i:a)", "regex_flag"),
    *((dialect, "", pattern, "regex_class") for dialect in ("python", "ruby") for pattern in ("[a-\\d]", "[\\w-a]")),
    *((dialect, "", "[b-a]", "regex_syntax") for dialect in ("python", "ruby", "ecmascript")),
    *((dialect, "", "a**", "regex_quantifier") for dialect in ("python", "ecmascript")),
    *(
        (dialect, "", pattern, "regex_look_around")
        for dialect in ("python", "ruby", "ecmascript")
        for pattern in ("^/\\w*(?!a)", "^/(?:a|ab)(?!c)", "^/a(?!b)|c", "^/a|c(?!b)", "/a(?!b)")
    ),
]
