//! Elements of SVG and MathML: which of them are open, and where HTML begins again (HTML standard, 13.2.6.5).

use super::tokens::Tag;

/// The open elements that matter, four bits each, the innermost lowest; zero bits are HTML.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Foreign(u64);

const SVG: u64 = 1;
const MATH: u64 = 2;

/// The elements that matter and the element inside of which they do. All but the first two contain HTML.
const ELEMENTS: [(&str, u64); 10] = [
    ("svg", SVG),
    ("math", MATH),
    ("title", SVG),
    ("desc", SVG),
    ("foreignobject", SVG),
    ("mi", MATH),
    ("mo", MATH),
    ("mn", MATH),
    ("ms", MATH),
    ("mtext", MATH),
];

/// Elements of HTML that end all foreign ones.
const BREAKOUTS: &str = "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li \
    listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var";

impl Foreign {
    /// True if tags are of SVG or MathML here.
    pub(super) fn is_inside(self) -> bool {
        matches!(self.innermost(), SVG | MATH)
    }

    /// True if an element of SVG or MathML is open, so that `<![CDATA[` is one.
    pub(super) fn is_open(self) -> bool {
        self.0 != 0
    }

    fn innermost(self) -> u64 {
        self.0 & 15
    }

    fn pop(&mut self) {
        self.0 >>= 4;
    }

    /// Enters `svg` or `math` from HTML.
    pub(super) fn open_root(&mut self, tag: &Tag<'_>) {
        let root = if tag.is_named("svg") { SVG } else { MATH };
        if !tag.is_closed {
            self.0 = self.0 << 4 | root;
        }
    }

    /// Reads a start tag inside of SVG or MathML; true if it is one of HTML, which ends them.
    pub(super) fn breaks_out(&mut self, tag: &Tag<'_>) -> bool {
        if tag.is_one_of(BREAKOUTS) {
            while self.is_inside() {
                self.pop();
            }
            return true;
        }
        let found = (1..).zip(ELEMENTS).find(|(_, (name, _))| tag.is_named(name));
        if let Some((kind, (_, root))) = found.filter(|_| !tag.is_closed)
            && root == self.innermost()
        {
            self.0 = self.0 << 4 | kind;
        }
        false
    }

    /// Reads an end tag: it ends the innermost open element of its name, and all inside of that.
    pub(super) fn close(&mut self, tag: &Tag<'_>) {
        let Some((kind, _)) = (1..).zip(ELEMENTS).find(|(_, (name, _))| tag.is_named(name)) else { return };
        let mut outer = *self;
        while outer.is_open() {
            let is_it = outer.innermost() == kind;
            outer.pop();
            if is_it {
                *self = outer;
                return;
            }
        }
    }
}
