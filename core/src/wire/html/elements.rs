//! The stack of open elements, as far as it decides how the next bytes are read (HTML standard, 13.2.4.2).
//!
//! Elements of HTML are followed too, because an end tag such as `</div>` ends the foreign elements inside of its element. The list of
//! active formatting elements (13.2.4.3) is part of the stack: one that was closed with a block around it stays at its index.

use heapless::Vec;

use super::tokens::Tag;
use crate::ascii;

/// Maximum elements that may be open; a page with more is read up to there (rule H2).
const DEPTH: usize = 32;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Namespace {
    Html,
    Svg,
    Math,
}

/// What a start tag inside of this element is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Content {
    /// A tag of HTML: in elements of HTML and in integration points.
    Html,
    /// A tag of HTML, but for `mglyph` and `malignmark`: in text of MathML.
    MathText,
    /// A tag of MathML, but for `svg`: in an annotation that is not HTML.
    Annotation,
    /// A tag of the same kind.
    Foreign,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Open,
    /// Open, and opened again if a block around it is closed.
    Formatting,
    /// A formatting element that is closed until the next text, or tag that may be inside of it.
    Closed,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    name: &'a [u8],
    namespace: Namespace,
    content: Content,
    state: State,
}

/// Elements that end at their end tag alone, or with a block around them, after which they are opened again.
pub(super) const FORMATTING: &str = "a b big code em font i nobr s small strike strong tt u";

/// Elements that formatting elements neither leave nor enter.
const MARKERS: &str = "applet caption marquee object td template th";

impl<'a> Element<'a> {
    fn new(tag: &Tag<'a>, namespace: Namespace) -> Self {
        let content = match namespace {
            Namespace::Svg if tag.is_one_of("foreignobject desc title") => Content::Html,
            Namespace::Math if tag.is_one_of("mi mo mn ms mtext") => Content::MathText,
            Namespace::Math if tag.is_named("annotation-xml") && tag.is_html_annotation => Content::Html,
            Namespace::Math if tag.is_named("annotation-xml") => Content::Annotation,
            Namespace::Html => Content::Html,
            _ => Content::Foreign,
        };
        let is_formatting = namespace == Namespace::Html && tag.is_one_of(FORMATTING);
        let state = if is_formatting { State::Formatting } else { State::Open };
        Element { name: tag.name, namespace, content, state }
    }

    /// True for an element of HTML with one of these names, which blanks separate.
    pub(super) fn is(&self, names: &str) -> bool {
        let is_named = |name: &str| self.name.eq_ignore_ascii_case(name.as_bytes());
        self.namespace == Namespace::Html && self.is_open() && ascii::split(names, b' ').any(is_named)
    }

    fn is_open(&self) -> bool {
        self.state != State::Closed
    }

    pub(super) fn is_formatting(&self) -> bool {
        self.state != State::Open
    }

    pub(super) fn is_marker(&self) -> bool {
        self.is(MARKERS)
    }

    /// True for an element of HTML with the name of the tag.
    pub(super) fn has_name_of(&self, tag: &Tag<'_>) -> bool {
        self.namespace == Namespace::Html && self.is_open() && self.has_any_name_of(tag)
    }

    pub(super) fn has_any_name_of(&self, tag: &Tag<'_>) -> bool {
        self.name.eq_ignore_ascii_case(tag.name)
    }

    /// True for a foreign element that contains HTML: no end tag of HTML reaches through it.
    pub(super) fn is_integration_point(&self) -> bool {
        self.namespace != Namespace::Html && self.content != Content::Foreign
    }

    /// True if this start tag is foreign inside of this element.
    fn makes_foreign(&self, tag: &Tag<'_>) -> bool {
        match self.content {
            Content::Html => false,
            Content::MathText => tag.is_one_of("mglyph malignmark"),
            Content::Annotation => !tag.is_named("svg"),
            Content::Foreign => true,
        }
    }

    /// True for an element that a start tag of HTML ends.
    fn is_broken_out_of(&self) -> bool {
        matches!(self.content, Content::Foreign | Content::Annotation)
    }
}

/// The elements that are open, the innermost last.
#[derive(Clone, Debug)]
pub(super) struct Elements<'a> {
    open: Vec<Element<'a>, DEPTH>,
    /// True after more elements were open than are kept.
    is_lost: bool,
    /// True from the start tag of a form outside of templates to the next end tag, even if the element is closed before.
    pub(super) has_form: bool,
}

/// Elements of HTML that end all foreign ones around them (13.2.6.5).
const BREAKOUTS: &str = "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li \
    listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var";

impl<'a> Elements<'a> {
    pub(super) fn new() -> Self {
        Elements { open: ascii::empty_vec(), is_lost: false, has_form: false }
    }

    /// True if the rest of the page cannot be read.
    pub(super) fn is_lost(&self) -> bool {
        self.is_lost
    }

    /// True if the innermost element is one of SVG or MathML, so that `<![CDATA[` is one.
    pub(super) fn is_foreign(&self) -> bool {
        self.last().is_some_and(|element| element.namespace != Namespace::Html)
    }

    /// True inside of a template, whose content is no part of the page.
    pub(super) fn has_template(&self) -> bool {
        self.open.iter().any(|element| element.is("template"))
    }

    fn has(&self, name: &str) -> bool {
        self.open.iter().any(|element| element.is(name))
    }

    /// True inside of a `select`, which ignores most tags.
    pub(super) fn is_in_select(&self) -> bool {
        let innermost = self.open.iter().rev().find(|element| element.is("select template"));
        innermost.is_some_and(|element| element.is("select"))
    }

    pub(super) fn last(&self) -> Option<&Element<'a>> {
        self.open.iter().rfind(|element| element.is_open())
    }

    pub(super) fn push(&mut self, tag: &Tag<'a>, namespace: Namespace) {
        if self.open.is_full() {
            let is_plain = |element: &Element<'_>| element.namespace == Namespace::Html;
            self.is_lost |= !self.open.iter().all(is_plain) || self.has("select template");
            self.open.clear();
        }
        let _ = self.open.push(Element::new(tag, namespace));
    }

    pub(super) fn pop(&mut self) {
        self.close(self.find(Element::is_open, |_| false));
    }

    /// True if the innermost element is one of HTML with one of these names.
    pub(super) fn is_last(&self, names: &str) -> bool {
        self.last().is_some_and(|element| element.is(names))
    }

    /// Reads text, before which formatting elements are opened again. Blanks directly inside of a table are an exception that makes
    /// no difference: what the next tag leaves open is the same.
    pub(super) fn read_text(&mut self, text: &[u8]) {
        let is_foreign = self.last().is_some_and(Element::is_broken_out_of);
        if text.is_empty() || is_foreign || self.is_in_select() {
            return;
        }
        self.close_columns();
        self.reopen();
    }

    /// Ends a group of columns, which contains nothing else.
    pub(super) fn close_columns(&mut self) {
        if self.is_last("colgroup") {
            self.pop();
        }
    }

    /// Opens the formatting elements again that were closed with blocks (13.2.4.3, reconstruct).
    pub(super) fn reopen(&mut self) {
        if self.open.iter().all(Element::is_open) {
            return;
        }
        let is_bound = |element: &Element<'_>| element.is_marker() || element.state == State::Formatting;
        let from = self.find(is_bound, |_| false).map_or(0, |at| at.saturating_add(1));
        let inner = self.open.get_mut(from..).unwrap_or_default();
        while let Some(at) = inner.iter().position(|element| !element.is_open()) {
            let tail = inner.get_mut(at..).unwrap_or_default();
            if let Some(element) = tail.first_mut() {
                element.state = State::Formatting;
                tail.rotate_left(1);
            }
        }
    }

    /// Reads a start tag; returns false if it is one of SVG or MathML.
    pub(super) fn is_html_after_start(&mut self, tag: &Tag<'a>) -> bool {
        let Some(last) = self.last().filter(|last| last.makes_foreign(tag)) else { return true };
        let is_breakout = tag.is_one_of(BREAKOUTS) || (tag.is_named("font") && tag.is_styled);
        if is_breakout {
            self.break_out();
        } else if !tag.is_closed {
            self.push(tag, last.namespace);
        }
        is_breakout
    }

    /// Reads an end tag; returns false if it ended an element of SVG or MathML.
    pub(super) fn is_html_after_end(&mut self, tag: &Tag<'_>) -> bool {
        if tag.is_one_of("br p") {
            self.break_out();
            return true;
        }
        let is_html = |element: &Element<'_>| element.namespace == Namespace::Html && element.is_open();
        let is_it =
            |element: &Element<'_>| element.namespace != Namespace::Html && element.has_any_name_of(tag);
        let at = self.find(is_it, is_html);
        self.close(at);
        at.is_none()
    }

    fn break_out(&mut self) {
        while self.last().is_some_and(Element::is_broken_out_of) {
            self.pop();
        }
    }

    /// The index of the innermost element that is wanted, unless a barrier is inside of it.
    pub(super) fn find(
        &self,
        is_wanted: impl Fn(&Element<'a>) -> bool,
        is_barrier: impl Fn(&Element<'a>) -> bool,
    ) -> Option<usize> {
        for (at, element) in self.open.iter().enumerate().rev() {
            if is_wanted(element) {
                return Some(at);
            }
            if is_barrier(element) {
                return None;
            }
        }
        None
    }

    /// True if the element at an index is one of HTML with one of these names.
    pub(super) fn is_at(&self, at: usize, names: &str) -> bool {
        self.open.get(at).is_some_and(|element| element.is(names))
    }

    /// Ends the element at an index, and all inside of it.
    pub(super) fn close(&mut self, at: Option<usize>) {
        let Some(at) = at else { return };
        let inner = self.open.iter().skip(at);
        let kept = inner.take_while(|element| !element.is_marker()).count();
        self.open.truncate(at.saturating_add(kept));
        self.retain(at, |_, element| {
            element.state = if element.is_formatting() { State::Closed } else { State::Open };
            element.is_formatting()
        });
    }

    /// Takes an element out, with the elements inside of it for which `is_lost` is true; the others stay open.
    pub(super) fn remove(&mut self, at: usize, is_lost: impl Fn(&Element<'_>) -> bool) {
        self.retain(at, |index, element| index != at && !is_lost(element));
    }

    fn retain(&mut self, from: usize, mut is_kept: impl FnMut(usize, &mut Element<'a>) -> bool) {
        let mut indices = 0..;
        self.open.retain_mut(|element| {
            indices.next().is_some_and(|index| index < from || is_kept(index, element))
        });
    }
}
