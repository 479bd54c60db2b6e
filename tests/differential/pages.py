"""Pages of an attacker or a careless template: tracehop must find the same tags as parse5, a browser's parser."""

from random import Random

QUOTES = ['"', "'", ""]
BLANKS = [" ", "\n", "\t", "/", " / "]
# Text around a tag that makes a browser read it as text, as an attribute, or as a tag.
AROUND = [
    "<!--{}-->", "<!--{}--!>", "<!--{}->", "<!-->{}-->", "<!--->{}-->", "<!---{}--->", "<!--{}--", "<!--{}<!-->", "<!-{}->",
    "<!{}>", "<?{}>", "<?xml {}?>", "</ {}>", "</>{}", "<{}", "< {}>", "<!doctype html public \"{}\">", "<!DOCTYPE html SYSTEM '{}'>",
    "<![CDATA[{}]]>", "<p title=\"{}\">", "<p title='{}'>", "</p title=\"{}\">", "</div a='{}'>", "<a b={}>", "<a =\"{}\">",
    "<title>{}</title>", "<title>{}</title a=\"", "<title/>{}</title>", "<TITLE>{}</tItLe >", "<title>{}</titles></title/>",
    "<style>{}</style>", "<style><!--{}--></style>", "<textarea>{}</textarea>", "<noscript>{}</noscript>", "<noframes>{}</noframes>",
    "<iframe>{}</iframe>", "<xmp>{}</xmp>", "<noembed>{}</noembed>", "<plaintext>{}", "<template>{}</template>",
    "<template><template></template>{}</template>", "<select>{}</select>", "<select><option>{}</option></select>",
    "<select><style>{}</style></select>", "<select><textarea>{}</textarea>", "<select><input>{}", "<select><select>{}",
    "<script>{}</script>", "<script><!--{}</script>", "<script><!--<script>{}</script>{}--></script>", "<script><!-->{}</script>",
    "<script><!--<script>--></script>{}", "<script><!--<script></script>{}</script>", "<script><!--<scripts></script>{}",
    "<script src='{}'></script>", "<svg>{}</svg>", "<svg/>{}", "<svg><title/>{}</svg>", "<svg><title>{}</title></svg>",
    "<svg><style>{}</style></svg>", "<svg><script>{}</script></svg>", "<svg><desc><style>{}</style></desc></svg>",
    "<svg><foreignObject><title>{}</title></foreignObject></svg>", "<svg><![CDATA[{}]]></svg>", "<svg><path d='{}'/></svg>",
    "<svg><p><style>{}</style></svg>", "<svg><style/>{}<svg>{}</svg>",
    "<math><mi>{}</mi></math>", "<math><title>{}</title></math>", "<math><mtext><style>{}</style></mtext></math>",
    "<math><![CDATA[{}]]></math>", "<svg><textarea>{}</textarea></svg>", "<math><xmp>{}</xmp></math>",
    "<math><annotation-xml encoding='text/html'><style>{}</style></annotation-xml></math>",
    "<math><annotation-xml><style>{}</style></annotation-xml></math>", "<svg><font><style>{}</style></font></svg>",
    "<svg><font size=1><style>{}</style>", "<svg><desc><p><![CDATA[{}]]></p></desc></svg>",
    "<select><template></template>{}</select>", "<select><template><style>{}</style></template></select>",
    "<b>{}</b>", "{}{}", "a<{}", "{}",
]
# Tags in any order: the SVG and MathML elements among them decide whether the rest is a tag, raw text or CDATA.
SOUP = [
    "svg", "svg", "math", "title", "desc", "foreignObject", "g", "path/", "mi", "mtext", "mglyph", "annotation-xml",
    "annotation-xml encoding=text/html", "p", "div", "b", "i", "a", "span", "font", "font face=x", "li", "ul", "h1", "h2", "dd", "dt",
    "button", "form", "select", "option", "input", "template", "br", "object", "table", "tr", "td", "section", "x-y",
    "b", "nobr", "th", "tbody", "caption", "colgroup", "col", "marquee", "pre", "optgroup", "ruby", "rt", "rp", "dialog",
]
AFTER_SOUP = ["<style>{}</style>", "<p><![CDATA[{}]]>", "<![CDATA[>{}]]>", "<title>{}</title>", "{}", "<textarea>{}</textarea>"]
TAGS = ["meta", "META", "meta", "metas", "link"]


def tag(random, number):
    name = random.choice(["sentry-trace", "baggage"])
    attributes = [("name", name), ("content", f"{name[0]}{number}")]
    if random.random() < 0.2:
        attributes.insert(random.randrange(3), (random.choice(["name", "id", "=x", "data-content"]), "other"))
    random.shuffle(attributes) if random.random() < 0.5 else None
    text = "<" + random.choice(TAGS)
    for key, value in attributes:
        quote = random.choice(QUOTES)
        text += random.choice(BLANKS) + key + random.choice(["=", "=", " = "]) + quote + value + quote
    return text + random.choice(["", " ", "/", " /"]) + ">"


def piece(random, depth):
    shape = soup(random) if random.random() < 0.3 else random.choice(AROUND)
    inner = lambda: piece(random, depth - 1) if depth and random.random() < 0.3 else tag(random, random.randrange(1_000_000))
    return "".join(part + (inner() if at else "") for at, part in reversed(list(enumerate(reversed(shape.split("{}"))))))


def soup(random):
    tags = (random.choice(["", "", "/"]) + random.choice(SOUP) for _ in range(random.randint(1, 7)))
    texts = random.choices(["", "x", " "], [12, 1, 1], k=7)
    soup = "".join(f"<{each.split(' ')[0] if each[0] == '/' else each}>{text}" for each, text in zip(tags, texts))
    return soup + random.choice(AFTER_SOUP)


def pages(count, seed):
    random = Random(seed)
    for _ in range(count):
        pieces = "".join(piece(random, 1) for _ in range(random.randint(1, 4)))
        yield f"<!doctype html><html><head>{pieces}</head>"
