"""Pages as an attacker or a careless template writes them: the tags that parse5, a browser's parser, finds are those that we find."""

from random import Random

PIECES = 4_000
QUOTES = ['"', "'", ""]
BLANKS = [" ", "\n", "\t", "/", " / "]
# What is around a tag, so that a browser sees it as text, as an attribute, or as a tag. Left out: CDATA directly inside of an SVG
# title, which parse5 reads as a comment and the standard as text.
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
    "<math><![CDATA[{}]]></math>", "<svg><textarea>{}</textarea></svg>", "<math><xmp>{}</xmp></math>", "<b>{}</b>", "{}{}", "a<{}", "{}",
]
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
    shape = random.choice(AROUND)
    inner = lambda: piece(random, depth - 1) if depth and random.random() < 0.3 else tag(random, random.randrange(1_000_000))
    return "".join(part + (inner() if at else "") for at, part in reversed(list(enumerate(reversed(shape.split("{}"))))))


def pages(seed=20_240):
    random = Random(seed)
    for _ in range(PIECES):
        pieces = "".join(piece(random, 1) for _ in range(random.randint(1, 4)))
        yield f"<!doctype html><html><head>{pieces}</head>"
