//! The stack of open elements, as far as it decides how the next bytes are read (HTML standard, 13.2.4.2).
//!
//! Elements of HTML are followed too, because an end tag such as `</div>` ends the foreign elements inside of its element.

use heapless::Vec;

use super::tokens::Tag;
use crate::ascii;

/// How many elements may be open at a place that matters; a page with more is read up to there (rule H2).
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

#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    name: &'a [u8],
    namespace: Namespace,
    content: Content,
}

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
        Element { name: tag.name, namespace, content }
    }

    /// True for an element of HTML with one of these names, which blanks separate.
    pub(super) fn is(&self, names: &str) -> bool {
        let is_named = |name: &str| self.name.eq_ignore_ascii_case(name.as_bytes());
        self.namespace == Namespace::Html && !self.name.is_empty() && ascii::split(names, b' ').any(is_named)
    }

    /// True for an element of HTML with the name of the tag.
    pub(super) fn has_name_of(&self, tag: &Tag<'_>) -> bool {
        self.namespace == Namespace::Html && self.has_any_name_of(tag)
    }

    fn has_any_name_of(&self, tag: &Tag<'_>) -> bool {
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
}

/// Elements of HTML that end all foreign ones around them (13.2.6.5).
const BREAKOUTS: &str = "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li \
    listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var";

impl<'a> Elements<'a> {
    pub(super) fn new() -> Self {
        Elements { open: ascii::empty_vec(), is_lost: false }
    }

    /// True if nothing more can be told about the page.
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
        self.open.last()
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
        self.open.pop();
        self.drop_removed();
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
        let foreign = self.open.iter().rev().take_while(|element| element.namespace != Namespace::Html);
        let inner = foreign.take_while(|element| !element.has_any_name_of(tag)).count();
        let at = self.open.len().checked_sub(inner.saturating_add(1));
        let ended = at.and_then(|at| Some((at, self.open.get(at)?)));
        match ended.filter(|(_, element)| element.namespace != Namespace::Html) {
            Some((at, _)) => self.close(Some(at)),
            None => return true,
        }
        false
    }

    fn break_out(&mut self) {
        while self.last().is_some_and(Element::is_broken_out_of) {
            self.pop();
        }
    }

    /// The index of the innermost element that is wanted, unless a barrier is inside of it.
    pub(super) fn find(
        &self,
        is_wanted: impl Fn(&Element<'_>) -> bool,
        is_barrier: impl Fn(&Element<'_>) -> bool,
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
        if let Some(at) = at {
            self.open.truncate(at);
            self.drop_removed();
        }
    }

    /// Takes an element out, and which of those inside of it are lost with it; the others stay open.
    pub(super) fn remove(&mut self, at: usize, is_lost: impl Fn(&Element<'_>) -> bool) {
        for (index, element) in self.open.iter_mut().enumerate().skip(at) {
            if index == at || is_lost(element) {
                element.name = &[];
            }
        }
        self.drop_removed();
    }

    /// Pops the elements without a name, which were taken out.
    fn drop_removed(&mut self) {
        while self.last().is_some_and(|element| element.name.is_empty()) {
            self.open.pop();
        }
    }
}
